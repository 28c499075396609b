"""The web server, in a demonstration and in production: gunicorn with threads (ADR 0008)."""

import gc
import multiprocessing
import os
from pathlib import Path
from typing import Any

from django.db import connections

from portal.logs import Formatter

bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", str(min(4 * multiprocessing.cpu_count(), 32))))
threads = int(os.environ.get("WEB_THREADS", "1"))
# Read by the settings, in the workers: one connection for each thread, opened after the fork.
os.environ.setdefault("DATABASE_POOL_SIZE", str(threads))

# Loaded once and forked: half the work at start, and shared memory. Not while developing, where code changes.
preload_app = not os.environ.get("WEB_RELOAD")
reload = not preload_app

# Above the database's statement timeout, so that a busy database becomes a clear page and no dead worker.
timeout = 30
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "25"))
# Longer than a reverse proxy usually keeps its connections: the proxy closes first, and no request is lost.
keepalive = 75

# A slow disk must not hold up the heartbeat: a worker whose heartbeat stops is killed.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (holds no data)
# It would write into the home directory, and nobody uses it.
control_socket_disable = True
# No access log: addresses and paths say who did what. The reverse proxy may keep one.
accesslog = None


def on_starting(server: Any) -> None:
    """What fails while a file is on its way is told by the server alone: without what PostgreSQL quotes."""
    for handler in server.log.error_log.handlers:
        handler.setFormatter(Formatter(server.log.error_fmt, server.log.datefmt))


on_reload = on_starting


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
