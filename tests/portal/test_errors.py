"""Tests of the error pages: each has a next step."""

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client, RequestFactory

from portal.foundation.transactions import Busy
from portal.middleware import BusyMiddleware
from portal.sessions import RENEW_AFTER
from portal.views import errors
from tests.factories.accounts import UserFactory
from tests.portal.test_sessions import age_session

pytestmark = pytest.mark.usefixtures("reference_data")

BUSY = BusyMiddleware(errors.busy)


def test_a_session_that_ended_in_another_tab_gives_a_page_with_a_next_step(client, monkeypatch):
    client.force_login(UserFactory())
    age_session(by=RENEW_AFTER)

    # The other tab signs out while this request is between reading the session and renewing it.
    def sign_out_in_between(*_args, **_kwargs):
        Session.objects.all().delete()
        return errors.HttpResponse()

    monkeypatch.setattr("appointments.reschedule.views.appointments.render", sign_out_in_between)
    answer = client.get("/appointments/")
    assert answer.status_code == 400
    assert "See my appointments" in answer.content.decode()


@pytest.mark.parametrize("error", [Busy(), OperationalError("the database went away")])
def test_busy_database_gives_503_and_says_when_to_try_again(error):
    answer = BUSY.process_exception(RequestFactory().get("/"), error)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_other_errors_do_not_show_the_busy_page():
    assert BUSY.process_exception(RequestFactory().get("/"), ValueError()) is None


def test_a_database_that_is_down_before_the_view_gives_the_busy_page(client, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OperationalError("no connection")

    client.raise_request_exception = False
    client.force_login(UserFactory())
    monkeypatch.setattr("portal.sessions.SessionStore.load", fail)
    assert client.get("/appointments/").status_code == 503


def test_another_failure_before_the_view_is_a_500_with_a_next_step():
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "See my appointments" in answer.content.decode()


def test_a_form_without_its_token_links_to_the_page_again():
    answer = Client(enforce_csrf_checks=True).post("/notices/check/", {"code": "X"})
    assert answer.status_code == 403
    assert 'href="/notices/check/"' in answer.content.decode()


def test_a_forbidden_admin_page_is_a_404(client):
    client.force_login(UserFactory())
    assert client.get("/admin/login/").status_code == 404
