"""Tests that pages answer input that only a machine would send with a page, and never with a 500."""

import pytest
from django.urls import reverse

from appointments.models import Reservation
from tests.appointments.booking import acts
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.policy import reason
from tests.support.sign_in import sign_in_and_prove

pytestmark = pytest.mark.usefixtures("reference_data")

NASTY = ["\x00", "'; DROP TABLE x; --", "<script>", "٣", "A" * 5000, "\ud800", "%00", "-1", "9" * 40, " "]


@pytest.fixture
def journey(reference_data):
    """Return (account, appointment, hold) in the middle of a journey."""
    appointment = AppointmentFactory()
    account = appointment.series.person.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    slot = SlotFactory(site=appointment.slot.site)
    return account, appointment, acts.hold(account=account, appointment=appointment, slot=slot)


def said(text):
    """Return the text as a browser could send it, with lone surrogates replaced."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("page", ["", "0", "-1", "999999999999999999999", "abc", "\x00"])
@pytest.mark.parametrize("name", ["list", "notices"])
def test_any_page_number_shows_a_page(client, journey, name, page):
    client.force_login(journey[0])
    assert client.get(reverse(f"appointments:{name}"), {"page": page}).status_code == 200


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31", "9999-12-27", "2026-02-30", "now", "\x00", "2026-W01", "-5"]
)
@pytest.mark.parametrize("site", ["", "not-a-uuid", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("named", ["near", "day", "part", "weekday"])
def test_any_search_and_site_show_times(client, journey, named, text, site):
    client.force_login(journey[0])
    address = reverse("appointments:times", args=[journey[1].public_id])
    assert client.get(address, {named: text, "site": site}).status_code == 200


@pytest.mark.parametrize("nasty", NASTY)
def test_any_text_in_a_form_shows_the_form_again(client, journey, nasty):
    account, appointment, _ = journey
    client.force_login(account)
    text = said(nasty)
    posts = {
        reverse("accounts:add_case"): {"receipt_number": text, "access_code": text},
        reverse("appointments:reason", args=[appointment.public_id]): {"reason": text, "explanation": text},
        reverse("appointments:times", args=[appointment.public_id]): {
            "slot": text,
        },
        reverse("appointments:check_notice"): {"code": text},
    }
    for address, fields in posts.items():
        assert client.post(address, fields).status_code in (200, 422), address


@pytest.mark.parametrize("nasty", NASTY)
def test_any_text_before_signing_in_gets_an_answer(client, nasty):
    text = said(nasty)
    for address, fields in {
        "/accounts/login/": {"login": text, "password": text},
        "/accounts/signup/": {"name": text, "email": text, "password1": text},
        "/accounts/password/reset/": {"email": text},
        "/language/": {"language": text, "next": text},
        "/appointments/00000000-0000-0000-0000-000000000000/reschedule/reason/": {
            "reason": text,
            "explanation": text,
        },
    }.items():
        assert client.post(address, fields).status_code < 500, address


LONG_ADDRESS = "a" * 290 + "@example.org"


@pytest.mark.parametrize("page", ["/accounts/password/reset/", "/accounts/signup/", "/accounts/email/"])
def test_an_address_that_matches_no_row_shows_the_form(client, page):
    if page == "/accounts/email/":
        sign_in_and_prove(client, UserFactory())
    words = "five quite unguessable words here"
    fields = {"email": LONG_ADDRESS, "name": "Ana", "password1": words, "action_add": ""}
    answer = client.post(page, fields)
    assert answer.context["form"].errors == {
        "email": ["Enter an email address with no more than 254 characters."]
    }
    assert LONG_ADDRESS in answer.content.decode()


@pytest.mark.parametrize(
    "key", [r'"\000aaaaaaaa"', r'"\000' + "a" * 31 + '"', "a" * 33, "A" * 32, "a" * 5000, '"\\303\\251"']
)
def test_any_session_cookie_shows_a_page(client, settings, key):
    answer = client.get("/", headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head", "trace"])
def test_other_methods_are_answered_without_an_error(client, journey, method):
    account, appointment, hold = journey
    client.force_login(account)
    for name, row in {
        "detail": appointment,
        "reason": appointment,
        "times": appointment,
        "confirm": hold,
    }.items():
        address = reverse(f"appointments:{name}", args=[row.public_id])
        assert getattr(client, method)(address).status_code < 500, address
    assert Reservation.objects.get(pk=hold.pk).state == Reservation.State.HELD


def test_a_body_that_is_too_long_is_refused_with_a_page(client):
    client.force_login(UserFactory())
    answer = client.post(reverse("accounts:add_case"), {"receipt_number": "A" * 400_000})
    assert answer.status_code == 413
    assert "Your form is too long" in answer.content.decode()
