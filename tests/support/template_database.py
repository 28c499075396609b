"""The database that every test process copies: migrated, with the rows that are always there.

It is made once for a state of the code and kept on the server, so that the next run starts at once.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from tests.support.clock import SHIFTABLE_CLOCK
from tests.support.database import load_kept_rows

ROOT = Path(__file__).resolve().parent.parent.parent
# What decides how the template looks, beside our apps. Few files do, but no one has to remember which.
OTHER_SOURCES = ("tests/support", "requirements-dev.lock")
LOCK = 7_210_411


def connect_to_copy(*, suffix: str) -> None:
    """Copy the template, and connect this process to the copy.

    Locks: one process at a time, until its connection to the server is closed.
    """
    named = connection.settings_dict["NAME"]
    template, copy = f"test_{named}_template", f"test_{named}_{suffix}"
    with connection._nodb_cursor() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        wanted = state_of(list_sources())
        if _comment_on(server, template) != wanted:
            _make_template(server, template)
            server.execute(f"COMMENT ON DATABASE \"{template}\" IS '{wanted}'")
        _drop(server, copy)
        # Quicker than through the log, since this server never waits for the disk.
        server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}" STRATEGY file_copy')
    _connect_to(copy)


def drop_copy() -> None:
    """Drop the copy, even if a server that a test killed has left a session there."""
    copy = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as server:
        _drop(server, copy)


def list_sources() -> list[Path]:
    """Return the folders of our apps, and what else decides how the template looks."""
    folders = [Path(app.path) for app in apps.get_app_configs()]
    installed = [folder for folder in folders if {ROOT, ROOT / ".venv"} & set(folder.parents) == {ROOT}]
    return [*installed, *(ROOT / name for name in OTHER_SOURCES)]


def state_of(paths: Iterable[Path]) -> str:
    """Return one value for the names and contents of all these files and of those in these folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(str(file.relative_to(path.parent)).encode() + file.read_bytes())
    return digest.hexdigest()


def _make_template(server: CursorWrapper, name: str) -> None:
    _drop(server, name)
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    with connection.cursor() as cursor:
        cursor.execute(SHIFTABLE_CLOCK)
    load_kept_rows()
    # No one may be connected to a template while it is copied.
    connection.close()


def _comment_on(server: CursorWrapper, name: str) -> str | None:
    server.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    found = server.fetchone()
    return found[0] if found else None


def _connect_to(name: str) -> None:
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _drop(server: CursorWrapper, name: str) -> None:
    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
