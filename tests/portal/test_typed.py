"""Nothing typed is lost by signing in again or by another language, and nobody else ever sees it."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import typed
from accounts.models import Case
from accounts.units import Unit
from appointments.models import RescheduleDraft
from tests.admin import sign_in_staff
from tests.factories.accounts import UserFactory, officer_of
from tests.factories.appointments import AppointmentFactory
from tests.journeys.given import appointment_of
from tests.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")

WORDS = "My daughter’s wedding; I’m her only parent."


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def page(user):
    """The address of a form that the account may fill in."""
    return f"/appointments/{appointment_of(user).public_id}/reason/"


@pytest.fixture
def browser(user):
    client = Client()
    sign_in(client, user)
    return client


def fill_in(client, page):
    """What the browser would send: the form's own mark and what was typed."""
    mark = re.search(r'name="typed_by" value="([^"]+)"', client.get(page).content.decode()).group(1)
    return {"typed_by": mark, "reason": "LIFE_EVENT", "explanation": WORDS, "password": "secret words"}


def end_session():
    Session.objects.all().delete()


def shown(client, page):
    form = client.get(page).context["form"]
    return form["reason"].value(), form["explanation"].value()


def test_form_sent_after_the_session_ended_is_filled_in_after_signing_in(browser, user, page):
    form = fill_in(browser, page)
    end_session()
    answer = browser.post(page, form)
    assert answer["Location"] == f"/accounts/login/?next={page}"
    back = browser.post(
        "/accounts/login/?next=" + page,
        {"login": user.email, "password": "correct horse battery", "next": page},
    )
    assert back["Location"] == page
    assert shown(browser, page) == ("LIFE_EVENT", WORDS)
    assert not RescheduleDraft.objects.exists()


def test_only_the_fields_that_the_form_names_are_kept_and_never_a_password(browser, user, page):
    form = fill_in(browser, page)
    end_session()
    browser.post(page, form)
    kept = browser.session[typed.SESSION_KEY]
    assert set(kept["values"]) == {"reason", "explanation"}


def test_someone_else_who_signs_in_at_this_browser_sees_nothing(browser, page):
    form = fill_in(browser, page)
    end_session()
    browser.post(page, form)
    sign_in(browser, UserFactory())
    assert typed.SESSION_KEY not in browser.session


def test_another_account_with_the_same_page_sees_nothing(browser, user, page):
    form = fill_in(browser, page)
    session = browser.session
    end_session()
    browser.post(page, form)
    kept = browser.session[typed.SESSION_KEY]
    other = Client()
    other.force_login(UserFactory())
    session = other.session
    session[typed.SESSION_KEY] = kept
    session.save()
    answer = other.get("/accounts/profile/")
    assert WORDS not in answer.content.decode()
    assert typed.SESSION_KEY not in other.session


@pytest.mark.parametrize("mark", ["", "x", "WyIiLCIvIixbXV0:1:forged"])
def test_a_form_without_our_mark_is_not_kept(client, page, mark):
    client.post(page, {"typed_by": mark, "reason": "LIFE_EVENT", "explanation": WORDS})
    assert typed.SESSION_KEY not in client.session


def test_is_forgotten_once_the_form_was_taken(browser, user, page):
    form = fill_in(browser, page)
    browser.post("/language/", form | {"to_language": "es"})
    assert typed.SESSION_KEY in browser.session
    browser.post(page, form)
    assert typed.SESSION_KEY not in browser.session
    assert RescheduleDraft.objects.get().explanation == WORDS


def test_is_forgotten_after_an_hour(browser, page, monkeypatch):
    form = fill_in(browser, page)
    browser.post("/language/", form | {"to_language": "es"})
    session = browser.session
    session[typed.SESSION_KEY] |= {"at": session[typed.SESSION_KEY]["at"] - typed.KEPT_SECONDS - 1}
    session.save()
    assert shown(browser, page) == (None, None)


def test_another_language_in_the_middle_of_a_form_keeps_it(browser, page):
    answer = browser.post("/language/", fill_in(browser, page) | {"to_language": "es"})
    assert answer["Location"] == page
    assert 'lang="es"' in browser.get(page).content.decode()
    assert shown(browser, page) == ("LIFE_EVENT", WORDS)


def test_profile_keeps_its_own_language_choice_apart_from_the_pages(browser, user):
    page = "/accounts/profile/"
    mark = fill_in(browser, page)["typed_by"]
    form = {"typed_by": mark, "name": "Half Written", "phone": "415", "language": "en", "told_by": "text"}
    browser.post("/language/", form | {"to_language": "es"})
    user.refresh_from_db()
    shown_form = browser.get(page).context["form"]
    assert (user.language, shown_form["name"].value(), shown_form["phone"].value()) == (
        "es",
        "Half Written",
        "415",
    )


def test_access_code_is_a_secret_and_not_kept(browser, user):
    page = "/cases/add/"
    mark = fill_in(browser, page)["typed_by"]
    form = {"typed_by": mark, "receipt_number": "IOE0123456789", "access_code": "ABCD1234"}
    browser.post("/language/", form | {"to_language": "es"})
    assert browser.session[typed.SESSION_KEY]["values"] == {"receipt_number": "IOE0123456789"}
    assert browser.get(page).context["form"]["receipt_number"].value() == "IOE0123456789"


def test_signing_in_again_from_the_dialog_keeps_the_form_and_acts_on_nothing(browser, user, page):
    form = fill_in(browser, page)
    assert browser.post("/session/again/", form)["Location"] == page
    assert not RescheduleDraft.objects.exists()
    end_session()
    assert browser.post("/session/again/", form)["Location"] == f"/accounts/login/?next={page}"
    sign_in(browser, user)
    assert shown(browser, page) == ("LIFE_EVENT", WORDS)


def test_form_that_was_open_while_one_signed_in_again_is_filled_in_again(user, page):
    """Signing in renews the form protection, so what another tab still shows is refused."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    form = fill_in(strict, page)
    answer = strict.post(page, form | {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert f'href="{page}"' in answer.content.decode()
    assert "What you typed is kept." in answer.content.decode()
    assert shown(strict, page) == ("LIFE_EVENT", WORDS)
    assert not RescheduleDraft.objects.exists()


def test_form_from_elsewhere_is_refused_and_not_kept(user, page):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post(page, {"reason": "LIFE_EVENT", "explanation": WORDS})
    assert answer.status_code == 403
    assert "What you typed is kept." not in answer.content.decode()
    assert typed.SESSION_KEY not in strict.session


def test_a_mark_of_another_account_sent_from_elsewhere_changes_no_session(user, page):
    """Else any site could sign its visitors out, by a session of its own making."""
    attacker = Client()
    attacker.force_login(user)
    form = fill_in(attacker, page)
    victim = Client(enforce_csrf_checks=True)
    sessions = Session.objects.count()
    answer = victim.post(page, form)
    assert (answer.status_code, answer.cookies.keys()) == (403, set())
    assert Session.objects.count() == sessions


@pytest.fixture
def officer(client):
    officer = officer_of(Unit.CONTACT_CENTER)
    sign_in_staff(client, officer)
    return officer


@pytest.mark.parametrize("name", ["case_close", "case_call"])
def test_officers_note_is_filled_in_after_signing_in_again(client, officer, name):
    appointment = AppointmentFactory()
    case = appointment.chain.person.case
    row = [appointment.public_id] if name == "case_call" else []
    page = reverse(f"admin:{name}", args=[case.pk, *row])
    form = fill_in(client, page) | {"note": "Called back twice.", "status": "closed"}
    end_session()
    client.post(page, form)
    sign_in_staff(client, officer)
    assert client.get(page).context["form"]["note"].value() == "Called back twice."
    assert Case.objects.get().status == Case.Status.OPEN


def test_officers_note_is_forgotten_once_it_was_taken(client, officer):
    case = AppointmentFactory().chain.person.case
    page = reverse("admin:case_close", args=[case.pk])
    form = fill_in(client, page) | {"note": "Called back twice.", "status": "closed"}
    client.post("/language/", form | {"to_language": "es"})
    assert typed.SESSION_KEY in client.session
    client.post(page, form)
    assert typed.SESSION_KEY not in client.session
