"""Tests that no log line contains secrets or typed values from a URL path, such as links that sign in."""

import logging
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from gunicorn.config import Config

from accounts.services import outbox
from appointments.calendar_feed.services import create_feed, delete_feed
from portal.gunicorn_log import Logger
from portal.logs import Formatter
from tests.factories.accounts import UserFactory
from tests.support.canaries import Listener
from tests.support.races import impatience, locked_by_another

PASSWORD = "quite unguessable words here"
ADDRESS = "ana@example.org"


@pytest.fixture
def lines():
    """Collect the lines that the portal prints, and the same lines with the standard formatter."""
    own, plain = Listener(), []

    class Handler(logging.Handler):
        def emit(self, record):
            plain.append(logging.Formatter().format(record))

    handlers, root = [Handler()], logging.getLogger()
    own.hear_log(handlers.append)
    for handler in handlers:
        root.addHandler(handler)
    yield own.log_lines, plain
    for handler in handlers:
        root.removeHandler(handler)


def link_to(sink, part):
    outbox.send_due()
    [link] = re.findall(rf"https?://[^/\s]+(/\S*{part}\S+)", sink.to(ADDRESS)[-1].text)
    return link


@pytest.fixture
def confirming(committed_data, mail_sink):
    """Return the link that confirms a new account's address, and its key."""
    fields = {"name": "Ana", "email": ADDRESS, "password1": PASSWORD}
    Client().post(reverse("account_signup"), fields)
    link = link_to(mail_sink, "confirm-email")
    return link, link.rstrip("/").rpartition("/")[2]


@pytest.fixture
def resetting(committed_data, mail_sink):
    """Return the link that sets a new password, and its key."""
    UserFactory(email=ADDRESS)
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    link = link_to(mail_sink, "password/reset/key")
    return link, link.rstrip("/").partition("-")[2]


def heard(lines, status, key):
    """Return the line of the failed request. Standard lines contain the key; ours do not."""
    own, plain = lines
    assert any(key in line for line in plain)
    assert [line for line in own if key in line] == []
    [line] = [line for line in own if status in line]
    return line


def post_while_the_address_is_locked(link):
    with locked_by_another(EmailAddress.objects.all()), impatience():
        return Client().post(link)


def post_without_a_token(link):
    return Client(enforce_csrf_checks=True).post(link)


def test_a_link_whose_confirmation_fails_is_not_logged(confirming, lines):
    link, key = confirming
    assert post_while_the_address_is_locked(link).status_code == 503
    assert "confirm-email/(?P<key>" in heard(lines, "Service Unavailable", key)


def test_a_link_whose_confirmation_breaks_is_logged_neither_by_its_path_nor_by_the_error(
    confirming, lines, monkeypatch
):
    link, key = confirming

    def fail(_view):
        raise LookupError(f"nothing under {key}")

    monkeypatch.setattr(ConfirmEmailView, "get_object", fail)
    assert Client(raise_request_exception=False).get(link).status_code == 500
    assert "LookupError: nothing under ***" in heard(lines, "Internal Server Error", key)


@pytest.mark.parametrize("given", ["confirming", "resetting"])
def test_a_link_that_is_refused_is_not_logged(given, request, lines):
    link, key = request.getfixturevalue(given)
    assert post_without_a_token(link).status_code == 403
    assert "(?P<key>" in heard(lines, "Forbidden", key)


@pytest.mark.parametrize("given", ["confirming", "resetting"])
def test_a_link_that_was_cut_is_not_logged(given, request, lines):
    link, key = request.getfixturevalue(given)
    assert Client().get(link.replace("/accounts/", "/acounts/")).status_code == 404
    assert "(no page of the portal)" in heard(lines, "Not Found", key)


def test_the_secret_of_a_calendar_feed_is_not_logged(reference_data, lines):
    account = UserFactory()
    token = create_feed(account=account, with_names=False)
    delete_feed(account=account)
    assert Client().get(reverse("appointments:feed", args=[token])).status_code == 404
    assert "/calendar/<str:token>.ics" in heard(lines, "Not Found", token)


def test_a_receipt_number_in_a_typed_address_is_not_logged(reference_data, lines):
    assert Client().get("/cases/IOE9081726354/").status_code == 404
    heard(lines, "Not Found", "IOE9081726354")


@pytest.mark.parametrize("ending", ["%C3%B1", "%0A"], ids=["a letter", "a new line"])
def test_a_typed_address_that_django_writes_in_escapes_is_not_logged(reference_data, lines, ending):
    assert Client().get(f"/cases/IOE9081726354/{ending}/").status_code == 404
    assert "(no page of the portal)" in heard(lines, "Not Found", "IOE9081726354")


def test_a_short_value_is_not_hidden_in_the_rest_of_the_line():
    request = RequestFactory().get(reverse("admin:accounts_case_history", args=["4"]))
    request.resolver_match = resolve(request.path)
    said = {"msg": "%s took 4 seconds", "args": (request.path,), "request": request}
    assert Formatter().format(logging.makeLogRecord(said)).endswith("/history/ took 4 seconds")


def test_a_path_of_public_identifiers_is_logged_as_it_is(reference_data, lines):
    path = "/appointments/4f4d9c3e-0f4b-4a39-9d3b-0d9f7f2f6a51/reschedule/reason/"
    client = Client()
    client.force_login(UserFactory())
    assert client.get(path).status_code == 404
    assert heard_path(lines).endswith(path)


def heard_path(lines):
    [line] = [line for line in lines[0] if "Not Found" in line]
    return line


# --- The web server's own lines -----------------------------------------------------------------------


@pytest.fixture
def web_server(tmp_path):
    """Return gunicorn's logger and what it wrote."""
    config = Config()
    config.set("errorlog", str(tmp_path / "errors.log"))
    yield Logger(config), (tmp_path / "errors.log").read_text
    log = logging.getLogger("gunicorn.error")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def test_the_web_server_logs_no_path(web_server):
    logger, read = web_server
    key = "MTox:1wcanary"
    logger.error("Error handling request %s %s", "GET", f"/accounts/confirm-email/{key}/")
    quoted = f"Invalid request from ip=1: Invalid HTTP request line: 'GET /cases/{key}'"
    logger.warning(quoted)
    assert "Error handling request GET /***" in read()
    assert "Invalid HTTP request line: 'GET /***'" in read()
    assert key not in read()


def test_the_web_server_uses_this_formatter():
    conf = {}
    exec((settings.BASE_DIR / "portal" / "gunicorn_conf.py").read_text(), conf)
    assert conf["logger_class"] == "portal.gunicorn_log.Logger"
