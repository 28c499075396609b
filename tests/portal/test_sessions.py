"""Tests that a session is extended by use without a write per page, and always ends after twelve hours."""

import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.services.access_codes import issue_access_code
from accounts.services.deletion import blank_account
from portal.sessions import RENEW_AFTER, SessionStore
from tests.factories.accounts import PASSWORD, CaseFactory, UserFactory
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")

MOMENT = timedelta(seconds=30)


def age_session(*, by):
    """Move the last renewal further into the past."""
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


@pytest.mark.parametrize(
    "key",
    ["", "short", "a" * 33, "A" * 32, "a" * 31 + "-", "a" * 31 + "\0", "a" * 32 + "\n", "\n" + "a" * 32],
    ids=repr,
)
def test_a_malformed_key_is_not_looked_up(db, django_assert_num_queries, key):
    session = SessionStore(key)
    with django_assert_num_queries(0):
        assert session.load() == {}
    assert session.session_key is None


@pytest.mark.parametrize("why", ["unknown", "expired"])
def test_nothing_is_stored_under_a_key_without_a_session(db, why):
    """Otherwise a visitor would use a key that someone else chose."""
    kept = SessionStore()
    kept["visits"] = 1
    kept.create()
    if why == "expired":
        age_session(by=timedelta(days=1))
    session = SessionStore(kept.session_key if why == "expired" else "0" * 32)
    assert session.load() == {}
    assert session.session_key is None


def is_let_in(client):
    answer = client.get("/appointments/")
    assert answer.wsgi_request.user.is_authenticated == (answer.status_code == 200)
    return answer.status_code == 200


def test_a_closed_account_is_signed_out_at_its_next_request(signed_in):
    assert is_let_in(signed_in)
    User.objects.update(is_active=False)
    assert not is_let_in(signed_in)


def test_an_account_that_was_deleted_is_out_also_where_a_session_of_it_is_left(signed_in):
    blank_account(account=User.objects.get())
    assert Session.objects.exists()
    assert not is_let_in(signed_in)


def test_a_session_belongs_only_to_its_account(client, reference_data):
    UserFactory(), UserFactory()
    for account in User.objects.order_by("-pk"):
        client.force_login(account)
        assert client.get("/accounts/profile/").wsgi_request.user == account


HOURS = 3600


def sign_in_earlier(client, *, hours):
    """Make the session look as if the account had signed in that long ago and been active since."""
    session = client.session
    session["began_at"] = time.time() - hours * HOURS
    session.save()


def seconds_left():
    return (expires_at() - timezone.now()).total_seconds()


def test_twelve_hours_after_signing_in_every_session_ends(signed_in):
    sign_in_earlier(signed_in, hours=12)
    assert signed_in.get("/appointments/").status_code == 302


def test_requests_do_not_extend_the_last_half_hour(signed_in, settings):
    sign_in_earlier(signed_in, hours=11.75)
    assert 14 * 60 < seconds_left() <= 15 * 60
    before = expires_at()
    _answer, updates = show_appointments(signed_in)
    assert (updates, expires_at()) == ([], before)
    end = signed_in.get("/accounts/profile/").context["session_end"]
    assert (end.can_be_extended, 14 * 60 < end.seconds_left <= 15 * 60) == (False, True)


def test_before_the_last_half_hour_a_request_extends_the_session(signed_in, settings):
    sign_in_earlier(signed_in, hours=11)
    age_session(by=RENEW_AFTER)
    end = signed_in.get("/accounts/profile/").context["session_end"]
    assert end.can_be_extended
    assert settings.SESSION_COOKIE_AGE - 5 < end.seconds_left <= settings.SESSION_COOKIE_AGE


def test_a_new_password_does_not_restart_the_twelve_hours(client, reference_data):
    user = UserFactory()
    sign_in(client, user)
    sign_in_earlier(client, hours=11)
    before = client.session["began_at"]
    new = "another long password"
    data = {"oldpassword": PASSWORD, "password1": new}
    assert client.post("/accounts/password/change/", data).status_code == 302
    assert client.session["began_at"] == before


def test_signing_in_starts_the_twelve_hours_in_an_existing_session(client, reference_data):
    store = import_module(django_settings.SESSION_ENGINE).SessionStore()
    store["began_at"] = time.time() - 11 * HOURS
    store.create()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = store.session_key
    sign_in(client, UserFactory())
    assert time.time() - client.session["began_at"] < 60


EXTEND = "/session/extend/"


def test_one_click_extends_the_session_and_returns_its_end(signed_in, settings):
    age_session(by=timedelta(minutes=28))
    answer = signed_in.post(EXTEND, headers={"accept": "application/json"})
    assert answer.json()["can_be_extended"]
    assert settings.SESSION_COOKIE_AGE - 5 < answer.json()["seconds_left"] <= settings.SESSION_COOKIE_AGE
    assert seconds_left() > settings.SESSION_COOKIE_AGE - 5


def test_without_a_script_extending_leads_back_to_the_page_and_never_to_another_host(signed_in):
    assert signed_in.post(EXTEND, {"next": "/help/"})["Location"] == "/help/"
    assert signed_in.post(EXTEND, {"next": "https://evil.example/"})["Location"] == "/"


def test_a_session_that_ended_cannot_be_extended(signed_in, settings):
    age_session(by=timedelta(seconds=settings.SESSION_COOKIE_AGE))
    answer = signed_in.post(EXTEND, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["seconds_left"]) == (401, 0)


def test_visitors_see_no_session_end(client, reference_data):
    assert "data-session-seconds-left" not in client.get("/help/").content.decode()


def test_messages_are_shown_on_the_next_page_and_are_in_no_cookie(signed_in, reference_data):
    case = CaseFactory(requestor=None)
    fields = {"receipt_number": case.receipt_number, "access_code": issue_access_code(case=case)}
    answer = signed_in.post("/cases/add/", fields)
    assert answer.status_code == 302
    assert "messages" not in signed_in.cookies
    said = f"Case {case.receipt_number} was added."
    assert said in signed_in.get("/appointments/").content.decode()
    assert said not in signed_in.get("/appointments/").content.decode()


def test_a_page_without_messages_writes_no_session(signed_in):
    signed_in.get("/appointments/")
    assert show_appointments(signed_in)[1] == []


def test_visitors_get_no_session_for_reading(client, reference_data, settings):
    assert settings.SESSION_COOKIE_NAME not in client.get("/help/").cookies
    assert not Session.objects.exists()
