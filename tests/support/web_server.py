"""Run the real web server on the test database: gunicorn with the product's configuration."""

import contextlib
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.db import connection

from tests.support.waiting import PATIENCE, eventually


@dataclass(frozen=True)
class PortalServer:
    """The address of a running portal."""

    port: int

    @property
    def url(self) -> str:
        # Passkeys do not work with an IP address, so tests use the host name.
        return f"http://localhost:{self.port}"


def test_database_url() -> str:
    """Return the URL of the database that this test uses."""
    settings = connection.settings_dict
    if settings["HOST"].startswith("/"):
        return f"postgresql://{settings['USER']}@{quote(settings['HOST'], safe='')}/{settings['NAME']}"
    credentials = f"{settings['USER']}:{quote(settings['PASSWORD'] or '')}"
    return f"postgresql://{credentials}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"


test_database_url.__test__ = False


@contextlib.contextmanager
def serve_portal(
    *, workers=2, threads=4, settings_module="portal.settings.test", log=None, log_level="warning"
):
    """Run a portal within the block. It answers `workers` × `threads` requests at once.

    `log`: a file that takes all it prints; `log_level`: from which level on.
    """
    port = _free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "portal/gunicorn_conf.py"),
            *("--log-level", log_level),
        ],
        stdout=log,
        stderr=log,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings_module,
            "DATABASE_URL": test_database_url(),
            "BIND": f"127.0.0.1:{port}",
            "WEB_WORKERS": str(workers),
            "WEB_THREADS": str(threads),
            "DATABASE_POOL_SIZE": str(threads),
            "PUBLIC_URL": f"http://localhost:{port}",
            # Makes text messages available; the web server itself sends none.
            "SMS_URL": "json://127.0.0.1:9/texts/{phone}",
            **({"LOG_LEVEL": log_level.upper()} if log else {}),
        },
    )
    try:
        eventually(lambda: server.poll() is not None or answers(port), within=PATIENCE)
        assert server.poll() is None, "gunicorn did not start"
        yield PortalServer(port)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


@pytest.fixture(scope="session")
def portal_server(django_db_setup, django_db_blocker):
    """Return one portal for the whole test run: two processes, sixteen threads."""
    with django_db_blocker.unblock():
        running = serve_portal(workers=2, threads=8)
        server = running.__enter__()
    yield server
    running.__exit__(None, None, None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Return whether something listens at the port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
