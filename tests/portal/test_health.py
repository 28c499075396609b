"""Tests of the liveness and readiness checks."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from appointments.models import Heartbeat
from portal import readiness
from portal.foundation.clock import database_now


@pytest.fixture(autouse=True)
def no_answer_is_remembered():
    readiness.check_migrated.cache_clear()
    yield
    readiness.check_migrated.cache_clear()


def beat(*, ago):
    Heartbeat.objects.update_or_create(name="beat", defaults={"beat_at": database_now() - ago})


def test_the_liveness_check_works_without_the_database(client):
    response = client.get("/health/live")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_while_the_background_work_runs(client):
    beat(ago=timedelta(seconds=100))
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "migrations": True, "background_work": True}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_once_the_heartbeat_is_two_minutes_old(client):
    beat(ago=timedelta(minutes=2, seconds=1))
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": True,
        "migrations": True,
        "background_work": False,
    }


@pytest.mark.django_db
def test_not_ready_before_the_first_heartbeat(client):
    assert client.get("/health/ready").status_code == 503


@pytest.mark.django_db
def test_readiness_uses_the_database_clock(client, shift_clock):
    beat(ago=timedelta(0))
    shift_clock(timedelta(minutes=3))
    assert client.get("/health/ready").json()["background_work"] is False


def test_readiness_reports_a_database_that_is_down(client, monkeypatch):
    def fail():
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("portal.views.health.database_now", fail)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": False,
        "migrations": False,
        "background_work": False,
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_until_the_last_migration_is_applied_then_ready_immediately(client):
    beat(ago=timedelta(0))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations"
            " WHERE app = 'appointments') RETURNING app, name, applied"
        )
        last = cursor.fetchone()
        assert client.get("/health/ready").json()["migrations"] is False
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", last)
    assert client.get("/health/ready").json()["ready"] is True


@pytest.mark.django_db
def test_ready_with_migrations_of_newer_code(client):
    beat(ago=timedelta(0))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('policy', '9999', now())")
    assert client.get("/health/ready").json()["ready"] is True


@pytest.mark.django_db
def test_not_ready_on_a_database_without_tables(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_heartbeat RENAME TO another")
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": True,
        "migrations": False,
        "background_work": False,
    }
