"""What the bench runs on: servers and databases of its own, and the portal's real processes."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from portal.embedded.children import Children
from portal.embedded.data_folder import CHECKOUT, MARKER, MARKER_TEXT, data_folder, prepare_data_folder
from portal.embedded.locks import try_to_hold
from portal.embedded.mail import MailSink
from portal.embedded.postgres import Postgres
from portal.embedded.server import join, leave
from portal.embedded.valkey import Valkey
from tests.load.clients import Browser

READY_SECONDS = 60
MAINTENANCE = "postgres"
# Held by the bench while it lives; all that it started ends soon after it.
CLAIM = "claim.lock"
# First requests at once, so that each process of the web server gets some of them.
KNOCKS = 24
# Celery declares its queue under this key as soon as its worker listens.
WORKER_LISTENS = "_kombu.binding.celery"


class BenchFailed(Exception):
    """The bench cannot go on; the message says why."""


@dataclass
class Stage:
    """PostgreSQL, Valkey and a mail sink in a folder that is kept, so that the next bench starts quickly."""

    folder: Path
    postgres: Postgres = field(init=False)
    valkey: Valkey = field(init=False)
    mail: MailSink = field(init=False)

    def __post_init__(self) -> None:
        self.postgres = Postgres(self.folder)
        self.valkey = Valkey(self.folder)
        self.mail = MailSink(self.folder)

    def environment(self, database: str) -> dict[str, str]:
        """An agency's installation on one of the databases: production settings, nothing less."""
        return {
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "SECRET_KEY": "bench-0123456789-abcdefghijklmnopqrstuvwxyz",
            "ACCESS_CODE_KEY": "bench-9876543210-zyxwvutsrqponmlkjihgfedcba",
            "ALLOWED_HOSTS": "localhost",
            "PUBLIC_URL": "https://localhost",
            "DATABASE_URL": self.postgres.url(database),
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": self.mail.url,
            "LOG_LEVEL": "WARNING",
            "WEB_GRACEFUL_SECONDS": "3",
            "PYTHONWARNINGS": "ignore",
        }

    def manage(self, database: str, *arguments: str) -> str:
        """Runs manage.py on one of the databases and returns what it said. Raises BenchFailed."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env={**clean_environment(), **self.environment(database)},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise BenchFailed(f"manage.py {' '.join(arguments)}:\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def connect(self, database: str = MAINTENANCE) -> psycopg.Connection:
        """A superuser's connection to one of the databases; each statement commits on its own."""
        return psycopg.connect(self.postgres.url(database), autocommit=True)

    def databases(self) -> dict[str, str]:
        """Every database, with the comment on it."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
            )
            return {name: comment or "" for name, comment in rows.fetchall()}

    def copy(self, template: str, name: str) -> str:
        """Makes the database `name` anew, a copy of `template`, file by file."""
        self.drop(name)
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        with self.connect() as connection:
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Drops the database if there is one."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextlib.contextmanager
def set_stage(name: str) -> Iterator[Stage]:
    """The servers, until the block ends. They wait for the disk as in production."""
    folder = prepare_data_folder(data_folder()) / "test" / name
    folder.mkdir(parents=True, exist_ok=True)
    for opened in (folder.parent, folder):
        opened.chmod(0o711 if os.geteuid() == 0 else 0o700)
    if not try_to_hold(folder / CLAIM):
        raise BenchFailed(f"Another bench is running in {folder}.")
    (folder / MARKER).write_text(MARKER_TEXT)
    stage = Stage(folder)
    servers = (stage.postgres, stage.valkey, stage.mail)
    try:
        for server in servers:
            join(server)
        yield stage
    finally:
        for server in reversed(servers):
            with contextlib.suppress(KeyError):
                leave(server)


@dataclass
class Portal:
    """The portal's processes on one database."""

    port: int
    children: Children

    def pids(self, name: str) -> list[int]:
        """The process that was started under this name."""
        return [process.pid for key, process in self.children._running.items() if key == name]


@contextlib.contextmanager
def run_portal(
    stage: Stage,
    database: str,
    *,
    with_background: bool = True,
    application: str = "portal.wsgi:application",
    **environment: str,
) -> Iterator[Portal]:
    """gunicorn as configured for production, and the Celery worker and beat, until the block ends."""
    port = _free_port()
    settings = {**clean_environment(), **stage.environment(database), **environment}
    settings["BIND"] = f"127.0.0.1:{port}"
    children = Children(needed_lock=stage.folder / CLAIM, environment=settings)
    portal = Portal(port, children)
    try:
        gunicorn = ("--config", "python:portal.gunicorn_conf", "--log-level", "warning", application)
        with output_to(stage.folder / "logs" / "portal.log"):
            children.start("web", "gunicorn", *gunicorn)
        if not children.watch(until=lambda: _answers(port), seconds=READY_SECONDS):
            raise BenchFailed("The portal did not answer.")
        _wake_every_worker(port)
        if with_background:
            with output_to(stage.folder / "logs" / "background.log"):
                _start_background(stage, children)
        yield portal
    finally:
        children.end()


def _wake_every_worker(port: int) -> None:
    """A process imports the views at its first request, which is no part of a journey."""
    with ThreadPoolExecutor(KNOCKS) as knocks:
        list(knocks.map(lambda _: Browser(port).get("/"), range(KNOCKS)))


def _start_background(stage: Stage, children: Children) -> None:
    client = redis.Redis(unix_socket_path=str(stage.valkey.socket_path))
    client.flushall()
    celery = ("celery", "--app", "portal", "--quiet")
    children.start("worker", *celery, "worker", "--concurrency", "1", "--without-mingle", "--without-gossip")
    if not children.watch(until=lambda: bool(client.exists(WORKER_LISTENS)), seconds=READY_SECONDS):
        raise BenchFailed("The Celery worker did not listen.")
    client.close()
    schedule = str(stage.folder / "celery-beat-schedule")
    children.start("beat", *celery, "beat", "--schedule", schedule, "--pidfile", "")


@contextlib.contextmanager
def output_to(file: Path) -> Iterator[None]:
    """What is started inside writes there instead of between the tables."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [(descriptor, os.dup(descriptor)) for descriptor in (1, 2)]
    with file.open("ab") as log:
        for descriptor, _ in kept:
            os.dup2(log.fileno(), descriptor)
    try:
        yield
    finally:
        for descriptor, original in kept:
            os.dup2(original, descriptor)
            os.close(original)


def clean_environment() -> dict[str, str]:
    """The caller's environment without addresses of other servers and settings of other installations."""
    unwanted = ("PORTAL_EMBEDDED", "PORTAL_MAIL_FOLDER", "DEBUG", "DATABASE_POOL_SIZE", "WEB_RELOAD")
    return {key: value for key, value in os.environ.items() if key not in unwanted}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
