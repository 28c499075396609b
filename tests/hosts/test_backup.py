"""Backup and restore, rehearsed with the commands of docs/operations.md and PostgreSQL's own programs."""

import os
import re
import shlex
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from portal.embedded.postgres import _binaries
from tests.hosts.compose import ROOT
from tests.support.web_server import test_database_url

# Only a test that fails ever waits so long: the machine may be busy with something else.
READY_SECONDS = 600
IN_THE_CONTAINER = re.compile(r"^docker compose exec -T postgres (.+?)(?: [<>] \S+)?$", re.MULTILINE)
EVERY_TABLE = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
EVERY_GUARD = """
    SELECT 'constraint', conrelid::regclass::text, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname FROM pg_trigger
        WHERE NOT tgisinternal AND tgenabled = 'O'
    UNION ALL SELECT 'index', tablename, indexname FROM pg_indexes WHERE schemaname = 'public'
"""


def commands():
    """The commands for the database's container that the page on operations gives, by program."""
    given = IN_THE_CONTAINER.findall((ROOT / "docs" / "operations.md").read_text())
    return {words[0]: words for words in map(shlex.split, given)}


def url_of(database):
    return urlunsplit(urlsplit(test_database_url())._replace(path=f"/{database}"))


@contextmanager
def database_name():
    """A name that no database has yet; dropped in the end."""
    name = f"rehearsal_{uuid4().hex[:8]}"
    try:
        yield name
    finally:
        with psycopg.connect(url_of("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def run_given(program, database, *, stdin=None, stdout=None):
    """Runs the page's command with the wheel's program, on another server and database."""
    [_, *words] = commands()[program]
    words = words[: words.index("--username")] + words[words.index("--username") + 2 :]
    words = [database if word in {"portal", "portal_restored"} else word for word in words]
    server = psycopg.conninfo.conninfo_to_dict(url_of("postgres"))
    where = {"PGHOST": server["host"], "PGUSER": server["user"], "PGPASSWORD": server.get("password", "")}
    ran = subprocess.run(
        [str(_binaries() / program), *words],
        env={**os.environ, **where, "PGPORT": str(server.get("port", 5432))},
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")


def run_python(database, *words):
    environment = {**os.environ, "DATABASE_URL": url_of(database), "PYTHONWARNINGS": "error"}
    ran = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def request(database, query):
    with psycopg.connect(url_of(database)) as connection:
        return sorted(connection.execute(query).fetchall())


def count_every_table(database):
    tables = [name for (name,) in request(database, EVERY_TABLE)]
    return {name: request(database, f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}


def rehearse(database, act):
    words = ("shell", "--no-imports", "--command", f"from tests.hosts import rehearsal; rehearsal.{act}()")
    run_python(database, "manage.py", *words)


@pytest.fixture(scope="module")
def two_hosts(django_db_setup):
    """Return the name of a new database that two hosts prepared at once, and how that ended."""
    with database_name() as name, psycopg.connect(url_of("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        both = [
            subprocess.Popen(
                [sys.executable, "manage.py", "prepare_database"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url_of(name)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        said = [process.communicate(timeout=READY_SECONDS)[0] for process in both]
        yield name, [process.returncode for process in both], said


def test_preparing_is_safe_again_and_from_two_hosts_at_once(two_hosts):
    name, codes, said = two_hosts
    assert codes == [0, 0], said
    counts = count_every_table(name)
    assert "0 policy versions added" in run_python(name, "manage.py", "prepare_database")
    assert count_every_table(name) == counts
    assert counts["policy_policyversion"] > 0
    assert counts["portal_cache"] == 0


def test_a_restored_portal_has_every_row_and_goes_on(two_hosts, tmp_path):
    with database_name() as lost, database_name() as restored, psycopg.connect(url_of("postgres")) as server:
        server.autocommit = True
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(copy.format(sql.Identifier(lost), sql.Identifier(two_hosts[0])))
        rehearse(lost, "seed")
        counts, guards = count_every_table(lost), request(lost, EVERY_GUARD)
        assert counts["appointments_reschedule"] == counts["appointments_notice"] == 1

        with (tmp_path / "portal.dump").open("wb") as dump:
            run_given("pg_dump", lost, stdout=dump)
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(lost)))
        run_given("createdb", restored)
        with (tmp_path / "portal.dump").open("rb") as dump:
            run_given("pg_restore", restored, stdin=dump)

        assert count_every_table(restored) == counts
        assert request(restored, EVERY_GUARD) == guards
        assert "invariants hold" in run_python(restored, "manage.py", "check_invariants")
        [(is_now,)] = request(restored, "SELECT portal_clock() BETWEEN now() AND clock_timestamp()")
        assert is_now

        run_python(restored, "manage.py", "prepare_database")
        rehearse(restored, "continue_bulk")
        assert count_every_table(restored)["appointments_reschedule"] == 3
        assert "invariants hold" in run_python(restored, "manage.py", "check_invariants")
