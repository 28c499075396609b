"""Settings of the web server, in a demonstration and in production: gunicorn with threads (ADR 8)."""

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
# The settings read this in the workers: one connection for each thread, opened after the fork.
os.environ.setdefault("DATABASE_POOL_SIZE", str(threads))

# Load once and fork: half the work at start, and shared memory. Not in development, where code changes.
preload_app = not os.environ.get("WEB_RELOAD")
reload = not preload_app

# Above the database's statement timeout, so that a busy database gives a clear page and no killed worker.
timeout = 30
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "25"))
# Connections wait in the kernel's one queue, and the first free process takes the next one (ADR 15). A
# connection that stayed open, or was accepted early, would wait for its own process while others are idle.
keepalive = 0
worker_connections = threads

# In memory, because a slow disk would delay the heartbeat, and a worker without heartbeat is killed.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (holds no data)
# The control socket would be in the home directory, and it is not used.
control_socket_disable = True
# No access log: addresses and paths together show who did what. The reverse proxy may keep one.
accesslog = None
logger_class = "portal.gunicorn_log.Logger"


class GunicornServer(Protocol):
    """The part of gunicorn's main process that the hooks use."""

    LISTENERS: Iterable[socket.socket]


def when_ready(server: GunicornServer) -> None:
    """Let the kernel deliver a connection only when its first data has arrived.

    Browsers open connections before they need them, and each would keep a process waiting.
    """
    for listener in server.LISTENERS:
        if listener.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_DEFER_ACCEPT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)


def pre_fork(_server: object, _worker: object) -> None:
    """Raise RuntimeError if a database connection is open, because two workers would share it.

    Then freeze the loaded objects, so that the garbage collector does not scan them again (ADR 15).
    """
    if any(connection.connection for connection in connections.all(initialized_only=True)):
        raise RuntimeError("Something used the database while the application was loading.")
    gc.collect()
    gc.freeze()


def post_fork(_server: object, _worker: object) -> None:
    """Collect garbage less often: a page makes some ten thousand objects and frees nearly all of them."""
    gc.set_threshold(50_000, 20, 50)
