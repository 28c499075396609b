"""Tests of the error pages: each has a next step."""

from urllib.parse import urlencode

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


@pytest.mark.parametrize(
    ("referrer", "link"),
    [
        ("http://testserver/notices/check/?a=1", "/notices/check/?a=1"),
        ("http://testserver/demo/", "/demo/"),
        ("https://elsewhere.test/", None),
        ("", None),
    ],
)
def test_a_form_without_its_token_links_to_the_page_that_it_was_on(referrer, link):
    browser = Client(enforce_csrf_checks=True, HTTP_REFERER=referrer)
    answer = browser.post("/language/", {"language": "es"})
    assert answer.status_code == 403
    expected = f"http://testserver{link}" if link else "/"
    assert f'<a class="usa-button" href="{expected}">' in answer.content.decode()


@pytest.mark.parametrize("path", ["/language/", "/session/extend/"])
def test_an_address_that_only_takes_post_shows_a_page_with_a_next_step(client, path):
    answer = client.get(path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "can’t be opened directly" in answer.content.decode()


@pytest.mark.parametrize(
    "form", [{"code": "x" * 300_000}, {f"field{n}": "x" for n in range(1_100)}], ids=["long", "many"]
)
def test_a_form_that_is_too_long_says_so(client, form):
    client.raise_request_exception = False
    answer = client.post("/notices/check/", urlencode(form), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "Your form is too long" in answer.content.decode()


def test_browsers_learn_what_no_page_uses(client):
    headers = client.get("/").headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_forbidden_admin_page_is_a_404(client):
    client.force_login(UserFactory())
    assert client.get("/admin/login/").status_code == 404
