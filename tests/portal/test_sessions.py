"""A session slides on with use, without a write at every page."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from portal.sessions import RENEW_AFTER
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.usefixtures("reference_data")

MOMENT = timedelta(seconds=30)


def age_session(*, by):
    """As if the last renewal lay that much further back."""
    Session.objects.update(expire_date=F("expire_date") - by)


def expires_at():
    return Session.objects.get().expire_date


def show_appointments(client):
    with CaptureQueriesContext(connection) as ran:
        answer = client.get("/appointments/")
    assert answer.status_code == 200
    return answer, [query["sql"] for query in ran if query["sql"].startswith("UPDATE")]


@pytest.fixture
def signed_in(client, db):
    client.force_login(UserFactory())
    return client


def test_a_page_soon_after_the_last_renewal_writes_nothing(signed_in, settings):
    age_session(by=RENEW_AFTER - MOMENT)
    before = expires_at()

    answer, updates = show_appointments(signed_in)

    assert (updates, expires_at()) == ([], before)
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_a_page_a_minute_after_it_renews_session_and_cookie(signed_in, settings):
    age_session(by=RENEW_AFTER)
    before = expires_at()

    answer, updates = show_appointments(signed_in)

    assert len(updates) == 1
    assert expires_at() - before >= RENEW_AFTER
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE


def test_a_session_without_a_request_for_its_whole_age_has_ended(signed_in, settings):
    age_session(by=timedelta(seconds=settings.SESSION_COOKIE_AGE))
    assert signed_in.get("/appointments/").status_code == 302
