"""The web server, in a demonstration and in production: gunicorn with threads (ADR 0008)."""

import gc
import multiprocessing
import os
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.db import connections

bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", str(min(2 * multiprocessing.cpu_count(), 32))))
threads = int(os.environ.get("WEB_THREADS", "1"))
# Read by the settings, in the workers: one connection for each thread, opened after the fork.
os.environ.setdefault("DATABASE_POOL_SIZE", str(threads))

# Loaded once and forked: half the work at start, and shared memory. Not while developing, where code changes.
preload_app = not os.environ.get("WEB_RELOAD")
reload = not preload_app

# Above the database's statement timeout, so that a busy database becomes a clear page and no dead worker.
timeout = 30
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "25"))
# Whoever waits, waits in the kernel's one queue and is taken by the first process that is free (ADR 15). A
# connection that stayed open, or was taken early, would wait for its own process while others are idle.
keepalive = 0
worker_connections = threads

# A slow disk must not hold up the heartbeat: a worker whose heartbeat stops is killed.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (holds no data)
# It would write into the home directory, and nobody uses it.
control_socket_disable = True
# No access log: addresses and paths say who did what. The reverse proxy may keep one.
accesslog = None
logger_class = "portal.gunicorn_log.Logger"


class Server(Protocol):
    """What the hooks use of gunicorn's main process."""

    LISTENERS: Iterable[socket.socket]


def when_ready(server: Server) -> None:
    """Has the kernel hand over a connection with its first data only.

    Browsers open connections ahead of need, and each would keep a process waiting for what it says.
    """
    for listener in server.LISTENERS:
        if listener.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_DEFER_ACCEPT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)


def pre_fork(_server: object, _worker: object) -> None:
    """Refuses to fork with an open database connection, which two workers would share.

    What was loaded stays: the garbage collector need not look at it again with each page (ADR 0015).
    """
    if any(connection.connection for connection in connections.all(initialized_only=True)):
        raise RuntimeError("Something used the database while the application was loading.")
    gc.collect()
    gc.freeze()


def post_fork(_server: object, _worker: object) -> None:
    """A page makes some ten thousand objects and frees nearly all by itself: collect less often."""
    gc.set_threshold(50_000, 20, 50)
