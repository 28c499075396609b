"""The web server's one queue: who waits is taken by the first process that is free."""

import contextlib
import http.client
import socket

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.support.waiting import eventually
from tests.support.web_server import serve_portal

pytestmark = pytest.mark.processes

# Less than the web server gives a silent connection, or PostgreSQL a lock: whoever waits for one is late.
SOON = 2.0


def ask(port, path="/health/live", *, session=""):
    """The status of the answer. Raises TimeoutError where it does not come soon."""
    asking = http.client.HTTPConnection("localhost", port, timeout=SOON)
    with contextlib.closing(asking):
        asking.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
        return asking.getresponse().status


def begin_to_ask(port, path, *, session):
    asking = http.client.HTTPConnection("localhost", port, timeout=30)
    asking.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    return asking


def someone_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_connections_that_say_nothing_hold_nobody_up():
    with serve_portal(workers=1, threads=1) as portal, contextlib.ExitStack() as silent:
        for _ in range(3):
            silent.enter_context(socket.create_connection(("localhost", portal.port)))
        assert ask(portal.port) == 200


@pytest.mark.django_db(transaction=True)
def test_nobody_queues_behind_a_process_that_is_busy_while_another_is_free():
    with serve_portal(workers=2, threads=1) as portal:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE django_session")
            stuck = begin_to_ask(portal.port, "/appointments/", session="x" * 32)
            eventually(someone_waits_for_a_lock)
            assert [ask(portal.port) for _ in range(12)] == [200] * 12
        with contextlib.closing(stuck):
            assert stuck.getresponse().status in (200, 302)
