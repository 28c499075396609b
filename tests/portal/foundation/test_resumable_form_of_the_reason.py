"""How one form is kept, in which session, and when it is forgotten: the reason of a reschedule."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from appointments.models import RescheduleDraft
from portal.foundation import resumable_forms
from tests.factories.accounts import UserFactory
from tests.factories.scenarios import appointment_of
from tests.portal.foundation.half_typed import end_session, fill_in
from tests.portal.foundation.resumable_pages import WORDS
from tests.support.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def page(user):
    """The address of a form that the account may fill in."""
    return f"/appointments/{appointment_of(user).public_id}/reschedule/reason/"


@pytest.fixture
def browser(user):
    client = Client()
    sign_in(client, user)
    return client


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
    [kept] = browser.session[resumable_forms.SESSION_KEY]
    assert set(kept["values"]) == {"reason", "explanation"}


def test_someone_else_who_signs_in_at_this_browser_sees_nothing(browser, page):
    form = fill_in(browser, page)
    end_session()
    browser.post(page, form)
    sign_in(browser, UserFactory())
    assert resumable_forms.SESSION_KEY not in browser.session


def test_another_account_with_the_same_page_sees_nothing(browser, user, page):
    form = fill_in(browser, page)
    end_session()
    browser.post(page, form)
    kept = browser.session[resumable_forms.SESSION_KEY]
    other = Client()
    other.force_login(UserFactory())
    session = other.session
    session[resumable_forms.SESSION_KEY] = kept
    session.save()
    answer = other.get("/accounts/profile/")
    assert WORDS not in answer.content.decode()
    assert resumable_forms.SESSION_KEY not in other.session


@pytest.mark.parametrize("token", ["", "x", "WyIiLCIvIixbXV0:1:forged"])
def test_a_form_without_our_token_is_not_kept(client, page, token):
    client.post(page, {"resume_token": token, "reason": "LIFE_EVENT", "explanation": WORDS})
    assert resumable_forms.SESSION_KEY not in client.session


def test_is_forgotten_once_the_form_was_taken(browser, user, page):
    form = fill_in(browser, page)
    browser.post("/language/", form | {"to_language": "es"})
    assert resumable_forms.SESSION_KEY in browser.session
    browser.post(page, form)
    assert resumable_forms.SESSION_KEY not in browser.session
    assert RescheduleDraft.objects.get().explanation == WORDS


def test_is_forgotten_after_an_hour(browser, page, monkeypatch):
    form = fill_in(browser, page)
    browser.post("/language/", form | {"to_language": "es"})
    session = browser.session
    [kept] = session[resumable_forms.SESSION_KEY]
    session[resumable_forms.SESSION_KEY] = [kept | {"at": kept["at"] - resumable_forms.KEPT_SECONDS - 1}]
    session.save()
    assert shown(browser, page) == (None, None)


def test_another_language_in_the_middle_of_a_form_keeps_it(browser, page):
    answer = browser.post("/language/", fill_in(browser, page) | {"to_language": "es"})
    assert answer["Location"] == page
    assert 'lang="es"' in browser.get(page).content.decode()
    assert shown(browser, page) == ("LIFE_EVENT", WORDS)


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
    assert "We kept what you typed." in answer.content.decode()
    assert shown(strict, page) == ("LIFE_EVENT", WORDS)
    assert not RescheduleDraft.objects.exists()


def test_form_from_elsewhere_is_refused_and_not_kept(user, page):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post(page, {"reason": "LIFE_EVENT", "explanation": WORDS})
    assert answer.status_code == 403
    assert "We kept what you typed." not in answer.content.decode()
    assert resumable_forms.SESSION_KEY not in strict.session


def test_a_token_of_another_account_sent_from_elsewhere_changes_no_session(user, page):
    """Else any site could sign its visitors out, by a session of its own making."""
    attacker = Client()
    attacker.force_login(user)
    form = fill_in(attacker, page)
    victim = Client(enforce_csrf_checks=True)
    sessions = Session.objects.count()
    answer = victim.post(page, form)
    assert (answer.status_code, answer.cookies.keys()) == (403, set())
    assert Session.objects.count() == sessions
