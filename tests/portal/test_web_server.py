"""Tests that waiting connections share one queue and the first free process takes the next."""

import contextlib
import http.client
import socket

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.support.waiting import eventually
from tests.support.web_server import serve_portal

pytestmark = pytest.mark.processes

# Shorter than the timeouts of a silent connection and of a lock, so a request that waits for one fails.
SOON = 2.0


def get_status(port, path="/health/live", *, session=""):
    """Return the status of the response. Raises TimeoutError if it takes too long."""
    asking = http.client.HTTPConnection("localhost", port, timeout=SOON)
    with contextlib.closing(asking):
        asking.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
        return asking.getresponse().status


def begin_request(port, path, *, session):
    asking = http.client.HTTPConnection("localhost", port, timeout=30)
    asking.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
    return asking


def someone_waits_for_a_lock():
    """Not by pg_stat_activity, of which a transaction sees only what its first look found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE datname = current_database() AND NOT granted)"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_silent_connections_do_not_delay_other_requests():
    with serve_portal(workers=1, threads=1) as portal, contextlib.ExitStack() as silent:
        for _ in range(3):
            silent.enter_context(socket.create_connection(("localhost", portal.port)))
        assert get_status(portal.port) == 200


@pytest.mark.django_db(transaction=True)
def test_no_request_waits_for_a_busy_process_while_another_is_free():
    with serve_portal(workers=2, threads=1) as portal:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE django_session")
            stuck = begin_request(portal.port, "/appointments/", session="x" * 32)
            eventually(someone_waits_for_a_lock)
            assert [get_status(portal.port) for _ in range(12)] == [200] * 12
        with contextlib.closing(stuck):
            assert stuck.getresponse().status in (200, 302)
