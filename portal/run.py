"""Run the whole portal on one machine with demonstration data: `make run` and `make dev`."""

import argparse
import contextlib
import http.client
import io
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from portal.embedded.children import ChildEnded, Children
from portal.embedded.data_folder import UnusableDataFolder, data_folder, prepare_data_folder
from portal.embedded.locks import is_free, release, try_to_hold
from portal.embedded.server import ServerDidNotStart
from portal.embedded.services import provide_broker, provide_database, provide_mail, provide_texts
from portal.migration_history import is_from_other_version
from portal.welcome import DemoAccount, welcome

USUAL_PORT = 8000
USUAL_MAIL_PORT = 1025
READY_SECONDS = 90.0
PREPARATIONS = ("prepare_database", "seed_demo")


class CannotRun(Exception):
    """The portal cannot start here; the message says why and what to do."""


def main() -> int:
    """Run the portal. Return 0 after a normal stop, 1 if something kept it from running."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reload", action="store_true", help="debug pages, and reload on changes")
    is_dev = parser.parse_args().reload
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, _stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as under nohup
        signal.signal(signal.SIGHUP, _stop)
    try:
        port = read_port(os.environ.get("PORT", ""))
        folder = prepare_data_folder(data_folder())
        with only_run_of(folder):
            check_port_is_free(port)
            run(port=port, folder=folder, is_dev=is_dev)
    except (CannotRun, ChildEnded, ServerDidNotStart, UnusableDataFolder) as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
    return 0


def run(*, port: int, folder: Path, is_dev: bool) -> None:
    """Start everything, print where to go, and watch the processes until KeyboardInterrupt.

    Raises: ChildEnded, CannotRun.
    """
    started_at = time.monotonic()
    url = f"http://localhost:{port}"
    print(f"Starting the portal; its data is in {folder}", flush=True)
    set_environment(port=port, folder=folder, url=url, is_dev=is_dev)
    has_named_database = bool(os.environ.get("DATABASE_URL"))
    provide_database()
    provide_broker()
    provide_mail(wanted_port=USUAL_MAIL_PORT)
    provide_texts()
    django.setup()
    check_database_version(folder=None if has_named_database else folder)
    accounts = prepare_data()
    children = Children(needed_lock=run_lock(folder), environment=os.environ)
    try:
        start_web(children)
        if not children.watch(until=lambda: answers(port), seconds=READY_SECONDS):
            raise CannotRun(f"The portal did not answer at {url} within {READY_SECONDS:.0f} seconds.")
        # After the web server: on a small machine, starting all of them at once takes longer.
        start_background_work(children, folder=folder)
        mail_folder = os.environ.get("PORTAL_MAIL_FOLDER")
        message = welcome(
            url=url,
            accounts=accounts,
            password=getattr(settings, "DEMO_PASSWORD", ""),
            mail_folder=Path(mail_folder) if mail_folder else None,
            folder=folder,
            is_dev=is_dev,
        )
        print(f"{message}Ready after {time.monotonic() - started_at:.1f} seconds.\n", flush=True)
        children.watch()
    finally:
        children.end()


def read_port(text: str) -> int:
    """Return the port to serve at. Raises CannotRun if the text is not a port."""
    if not text:
        return USUAL_PORT
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CannotRun(f"PORT={text} is not a port: name a number from 1 to 65535.")
    return int(text)


def check_port_is_free(port: int) -> None:
    """Raise CannotRun if another program already uses the port."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        if family == socket.AF_INET6 and not has_ipv6():
            continue
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except PermissionError as problem:
                raise CannotRun(f"Port {port} needs more rights. Name another: PORT=8001") from problem
            except OSError as problem:
                raise CannotRun(
                    f"Port {port} is taken by another program. Name another, such as PORT={port + 1}"
                ) from problem


def has_ipv6() -> bool:
    """Return whether this machine has an IPv6 loopback. Browsers may try it first for localhost."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def run_lock(folder: Path) -> Path:
    """Return the path of the lock that a running portal holds on its data folder."""
    return folder / "locks" / "run.lock"


@contextlib.contextmanager
def only_run_of(folder: Path) -> Iterator[None]:
    """Keep a second portal off the folder. First wait until the processes of a killed one have ended."""
    lock = run_lock(folder)
    deadline = time.monotonic() + 15
    while not try_to_hold(lock):
        if not is_free(lock, to_share=True) or time.monotonic() > deadline:
            raise CannotRun(
                f"A portal already runs on {folder}. Stop it first, or name another folder: PORTAL_DATA=…"
            )
        time.sleep(0.1)
    try:
        yield
    finally:
        release(lock)


def set_environment(*, port: int, folder: Path, url: str, is_dev: bool) -> None:
    """Set the environment for this process and its children: always the demonstration settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.local"
    os.environ["PORTAL_DATA"] = str(folder)
    os.environ["BIND"] = f"127.0.0.1:{port}" + (f",[::1]:{port}" if has_ipv6() else "")
    os.environ.setdefault("PUBLIC_URL", url)
    os.environ.setdefault("WEB_WORKERS", "1" if is_dev else "4")
    os.environ.setdefault("WEB_THREADS", "4" if is_dev else "1")
    os.environ.setdefault("WEB_GRACEFUL_SECONDS", "3")
    # Celery warns at length against root, which a demonstration in a container may well be.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")
    if is_dev:
        os.environ["DEBUG"] = "1"
        os.environ["WEB_RELOAD"] = "1"


def check_database_version(*, folder: Path | None) -> None:
    """Check that this version can use the database: the one in the folder, or the one that was named.

    Raises: CannotRun when the database was made by another version.
    """
    if not is_from_other_version(connection):
        return
    if folder:
        raise CannotRun(
            f"The demonstration's data in {folder} was made by another version of the portal, and this "
            "version cannot use it. Run `make reset` to delete it, then start again with new data."
        )
    raise CannotRun(
        "The database that DATABASE_URL names was made by another version of the portal, and this version "
        "cannot use it. Name an empty database."
    )


def prepare_data() -> list[DemoAccount]:
    """Bring the database up to date, seed it, and return the accounts to try."""
    for command in PREPARATIONS:
        call_command(command, verbosity=0, stdout=io.StringIO())
    personas = apps.get_model("accounts", "DemoPersona").objects.select_related("user")
    accounts = [DemoAccount(email=persona.user.email, title=str(persona.title)) for persona in personas]
    connections.close_all()
    return accounts


def start_web(children: Children) -> None:
    """Start the web server."""
    children.start(
        "web server", "gunicorn", "--config", "python:portal.gunicorn_conf", "portal.wsgi:application"
    )


def start_background_work(children: Children, *, folder: Path) -> None:
    """Start the Celery worker and Celery beat."""
    celery = ("celery", "--app", "portal", "--quiet")
    worker = ("worker", "--concurrency", "1", "--without-mingle", "--without-gossip")
    schedule = str(folder / "celery-beat-schedule")
    children.start("Celery worker", *celery, *worker)
    children.start("Celery beat", *celery, "beat", "--schedule", schedule, "--pidfile", "")


def answers(port: int) -> bool:
    """Return whether the portal answers its liveness check."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(number: int, _frame: FrameType | None) -> None:
    """Stop the run. Ignore further signals, so that the shutdown is not interrupted."""
    for stop_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop_signal, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(main())
