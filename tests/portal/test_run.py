"""Tests of `make run`: it prints where to go, serves until it is stopped, and leaves nothing running."""

import contextlib
import os
import re
import signal
import socket
import urllib.request

import pytest

from portal.run import CannotRun, read_port
from portal.welcome import DemoAccount, welcome
from tests.support.embedded_servers import (
    end,
    new_data_folder,
    processes_of,
    start_python,
    wait_until_none_is_left,
)
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes

RUN = ("-m", "portal.run")
READY_SECONDS = 240
# The table that a version left behind which had another history of migrations.
OLDER_DATABASE = """
import os
import psycopg
from portal.embedded.services import provide_database
provide_database()
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute(
        "CREATE TABLE django_migrations"
        " (id bigserial PRIMARY KEY, app text NOT NULL, name text NOT NULL, applied timestamptz NOT NULL)"
    )
    connection.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '0042_old', now())"
    )
"""


@pytest.fixture(scope="module")
def folder():
    """Return one data folder for all tests: the first start creates the database, as on any machine."""
    with new_data_folder() as folder:
        yield folder
        assert not wait_until_none_is_left(folder)


@pytest.fixture
def start_portal(folder):
    """Starts the portal and returns it, its port and what it said, once it is ready or has ended."""
    with contextlib.ExitStack() as started:

        def start(*, port=None):
            port = port or free_port()
            portal = start_python(*RUN, folder=folder, PORT=str(port))
            started.callback(end, portal)
            return portal, port, read_until_ready(portal)

        yield start


def read_until_ready(portal):
    said = []
    for line in portal.stdout:
        said.append(line)
        if line.startswith("Ready after"):
            break
    return "".join(said)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path):
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=READY_SECONDS) as answer:
        return answer.status


def wait_for(folder, words):
    """Return the pid of the process whose command line matches; the last start after the portal is ready."""

    def find():
        found = processes_of(folder).items()
        return next((pid for pid, command in found if re.search(words, command)), None)

    return eventually(find, within=READY_SECONDS, what=f"{words} to run")


def test_the_portal_serves_refuses_a_second_one_on_its_data_and_stops_on_sigterm(folder, start_portal):
    portal, port, said = start_portal()
    assert f"http://localhost:{port}" in said
    assert "ana@demo.invalid" in said
    assert str(folder / "mail") in said
    assert (get(port, "/health/live"), get(port, "/"), get(port, "/demo/")) == (200, 200, 200)
    assert wait_for(folder, r"^\S+python -m celery.* worker")
    assert wait_for(folder, r"^\S+python -m celery.* beat")
    second, _, answer = start_portal()
    assert second.wait(timeout=READY_SECONDS) == 1
    assert f"A portal already runs on {folder}" in answer
    portal.send_signal(signal.SIGTERM)
    last_words, _ = portal.communicate(timeout=READY_SECONDS)
    assert portal.returncode == 0
    assert last_words.endswith("Stopped.\n")
    assert not processes_of(folder)


def test_a_second_start_serves_the_same_data_and_stops_on_ctrl_c(folder, start_portal):
    portal, port, said = start_portal()
    assert "is ready" in said
    assert get(port, "/demo/") == 200
    portal.send_signal(signal.SIGINT)
    portal.communicate(timeout=READY_SECONDS)
    assert not processes_of(folder)


def test_a_killed_portal_starts_again_at_once_and_all_ends_when_one_process_ends(folder, start_portal):
    portal, port, _ = start_portal()
    portal.kill()
    portal.communicate(timeout=READY_SECONDS)
    again, _, said = start_portal(port=port)
    assert "is ready" in said
    os.kill(wait_for(folder, r"^\S+python -m celery.* beat"), signal.SIGKILL)
    last_words, _ = again.communicate(timeout=READY_SECONDS)
    assert again.returncode == 1
    assert "The Celery beat ended by itself" in last_words
    assert not processes_of(folder)


def test_a_killed_portal_leaves_nothing_running(folder, start_portal):
    portal, _, _ = start_portal()
    portal.kill()
    portal.communicate(timeout=READY_SECONDS)
    assert not wait_until_none_is_left(folder)


def test_a_taken_port_is_refused_in_one_line(folder, start_portal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        portal, _, said = start_portal(port=port)
    assert portal.wait(timeout=READY_SECONDS) == 1
    assert said.strip() == f"Port {port} is taken by another program. Name another, such as PORT={port + 1}"


def test_data_of_another_version_is_refused_with_advice():
    with new_data_folder() as folder:
        older = start_python("-c", OLDER_DATABASE, folder=folder)
        assert older.communicate(timeout=60) == ("", None)
        portal = start_python(*RUN, folder=folder, PORT=str(free_port()))
        said, _ = portal.communicate(timeout=60)
        assert portal.returncode == 1
        assert said.strip().endswith(
            f"The demonstration's data in {folder} was made by another version of the portal, and this "
            "version cannot use it. Run `make reset` to delete it, then start again with new data."
        )
        assert "Traceback" not in said
        assert not wait_until_none_is_left(folder)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "80.5"])
def test_an_invalid_port_is_refused(text):
    with pytest.raises(CannotRun, match="is not a port"):
        read_port(text)


def test_the_welcome_message_lists_accounts_mail_and_how_to_stop(tmp_path):
    said = welcome(
        url="http://localhost:8000",
        accounts=[DemoAccount("ana@demo.invalid", "Ana, applicant"), DemoAccount("a@demo.invalid", "A")],
        password="for-the-demonstration",
        mail_folder=tmp_path / "mail",
        folder=tmp_path,
        is_dev=False,
    )
    for words in ("Ana, applicant", "for-the-demonstration", str(tmp_path / "mail"), "Ctrl-C", "make reset"):
        assert words in said
