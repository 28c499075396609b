"""Nothing typed is lost by signing in again or by another language, and nobody else ever sees it."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.forms import PasswordInput, Textarea, TextInput
from django.test import Client

import accounts.forms.sign_in  # noqa: F401 (so that its forms are looked at too)
from appointments.caseload.services.bulk_reschedules import MAX_ITEMS
from appointments.models import RescheduleDraft
from appointments.staff.forms import EnterCodeForm
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation import resumable_forms
from portal.foundation.resumable_forms import ResumableForm
from tests.factories.accounts import AttorneyFactory, UserFactory
from tests.factories.scenarios import appointment_of
from tests.portal.foundation.half_typed import end_session, fill_in
from tests.portal.foundation.resumable_pages import BEHIND_SIGN_IN, FORMS, WITH_THE_LANGUAGE, WORDS
from tests.support.html_forms import kept_form, token_of
from tests.support.sign_in import sign_in
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")
# Public templates whose forms take nothing but secrets, one short name, or a single yes.
NOTHING_TO_KEEP = {
    "account/password_change.html",
    "account/password_reset_from_key.html",
    "account/reauthenticate.html",
    "accounts/confirm_phone.html",
    "accounts/delete_confirm.html",
    "appointments/caseload/saved_filters.html",
    "mfa/authenticate.html",
    "mfa/reauthenticate.html",
    "mfa/totp/activate_form.html",
    "mfa/webauthn/reauthenticate.html",
}
# What the packages' own pages are made of, and what fields are made of.
PARTS = ("admin/", "allauth/", "uswds/")
# Forms that take a secret or one short name, or are filled in by a link or a button, or are part of another.
NOTHING_TYPED = {
    "PhoneCodeForm",
    "ReauthenticateWithCodeForm",
    "SecondStepForm",
    "CaseloadFilterForm",
    "SavedFilterForm",
    "SelectTimeForm",
    "ReviewForm",
    "SearchForm",
    "FutureForm",
    "SignupNameForm",
}
TYPED = (TextInput, Textarea)
SECRETS = {"access_code", "passcode", "credential", "password", "password1", "password2"}
SENTENCES = re.compile(r"{% blocktranslate .*?{% endblocktranslate %}", re.DOTALL)
DRAWS_FIELDS = re.compile(r"{{ \w*form }}|\.as_field_group|\.resume_token")


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


# --- Every form ---------------------------------------------------------------------------------------


def enter(client, user):
    """Signed in a moment ago, so that no page asks for another proof."""
    if user is not None:
        sign_in_staff(client, user, again=True)


def send(client, form):
    """What the browser would send of a half-filled form: its token, what was typed, and secrets."""
    page = client.get(form.page).content.decode()
    token = token_of(kept_form(page) if form.is_kept_form else page)
    return {"resume_token": token, **form.typed, **form.secret}


def assert_filled_in(answer, form):
    """The page draws the form with what was typed."""
    assert answer.status_code == 200
    shown = answer.content.decode()
    for name, value in form.typed.items():
        if name == "appointment":
            ticked = re.findall(r'value="([0-9a-f-]{36})"\s+checked', shown)
            assert sorted(ticked) == sorted(value)
        else:
            drawn = answer.context["form" if form.is_kept_form else "search_form"]
            assert drawn[name].value() == value
    for secret in form.secret.values():
        assert secret not in shown


def assert_keeps_no_secret(client, form):
    [kept] = client.session[resumable_forms.SESSION_KEY]
    assert kept["values"].keys() == form.typed.keys()


@pytest.mark.parametrize("name", BEHIND_SIGN_IN)
def test_form_sent_after_the_session_ended_waits_on_its_page(client, name):
    form = BEHIND_SIGN_IN[name]()
    enter(client, form.user)
    sent = send(client, form)
    end_session()
    answer = client.post(form.sent_to or form.page, sent)
    or_404, back = answer["Location"].split("?next=")
    assert or_404 == "/accounts/login/"
    assert_keeps_no_secret(client, form)
    enter(client, form.user)
    assert_filled_in(client.get(unquote(back), follow=True), form)


@pytest.mark.parametrize("name", sorted(WITH_THE_LANGUAGE))
def test_form_is_filled_in_again_in_another_language(client, name):
    form = FORMS[name]()
    enter(client, form.user)
    answer = client.post("/language/", send(client, form) | {"to_language": "es"}, follow=True)
    assert answer.redirect_chain == [(form.page, 302)]
    assert 'lang="es"' in answer.content.decode()
    assert_keeps_no_secret(client, form)
    assert_filled_in(answer, form)


def list_public_templates_with_fields():
    folder = Path(settings.BASE_DIR) / "templates"
    for file in folder.rglob("*.html"):
        name, text = str(file.relative_to(folder)), file.read_text()
        is_public = not name.startswith(PARTS)
        if is_public and 'method="post"' in text and DRAWS_FIELDS.search(SENTENCES.sub("", text)):
            yield name


def test_every_public_template_with_fields_is_among_the_forms_above():
    shown = set()
    for make in FORMS.values():
        form, client = make(), Client()
        enter(client, form.user)
        shown |= {template.name for template in client.get(form.page).templates}
    assert set(list_public_templates_with_fields()) - shown == NOTHING_TO_KEEP


def list_form_classes(base=ResumableForm.__base__):
    for form in base.__subclasses__():
        if form.__module__.startswith(("portal.", "policy.", "accounts.", "appointments.")):
            yield form
        yield from list_form_classes(form)


def test_every_form_of_the_portal_that_takes_text_is_resumable():
    takes_text = {
        form.__name__
        for form in list_form_classes()
        if any(isinstance(field.widget, TYPED) for field in getattr(form, "base_fields", {}).values())
        and not getattr(form, "resumable_fields", ())
    }
    assert takes_text == NOTHING_TYPED


def test_no_form_names_a_secret_among_its_resumable_fields():
    for form in list_form_classes():
        for name in getattr(form, "resumable_fields", ()):
            assert name not in SECRETS
            assert name not in form.base_fields or not isinstance(
                form.base_fields[name].widget, PasswordInput
            )
    assert EnterCodeForm.resumable_fields == ("printed_on",)


def test_form_that_was_rejected_at_another_address_comes_back_on_its_page(client):
    form = BEHIND_SIGN_IN["invite"]()
    enter(client, form.user)
    refused = client.post(form.sent_to, send(client, form))
    assert refused.status_code == 422
    token = token_of(kept_form(refused.content.decode()))
    sent = {"resume_token": token, **form.typed, "to_language": "es"}
    answer = client.post("/language/", sent, follow=True)
    assert answer.redirect_chain == [(form.page, 302)]
    assert_filled_in(answer, form)


def test_what_is_typed_on_the_way_through_sign_in_replaces_nothing(client):
    """The language of the sign-in page, and signing in itself, leave what was typed before."""
    form = BEHIND_SIGN_IN["reason"]()
    enter(client, form.user)
    sent = send(client, form)
    end_session()
    client.post(form.page, sent)
    on_the_way = FORMS["sign_in"]()
    client.post("/language/", send(client, on_the_way) | {"to_language": "es"})
    sign_in(client, form.user)
    assert_filled_in(client.get(form.page), form)


def test_the_latest_few_forms_are_kept_each_at_its_address(client):
    made = [FORMS[name]() for name in ("check_notice_as_visitor", "sign_in", "sign_up", "reset")]
    for form in made:
        client.post("/language/", send(client, form) | {"to_language": "es"})
    assert len(client.session[resumable_forms.SESSION_KEY]) == resumable_forms.MOST_FORMS
    for form in made[1:]:
        assert_filled_in(client.get(form.page), form)
    assert client.get(made[0].page).context["form"]["code"].value() is None


def test_a_session_stores_no_more_of_a_form_than_a_form_can_hold(client):
    fields = [f"explanation-{number}" for number in range(40)]
    token = signing.dumps(["", "/notices/check/", "LongForm", fields], salt=resumable_forms.SALT)
    client.post("/language/", {"resume_token": token, **dict.fromkeys(fields, "x" * 5_000)})
    [kept] = client.session[resumable_forms.SESSION_KEY]
    lengths = [len(value) for values in kept["values"].values() for value in values]
    assert max(lengths) == resumable_forms.LONGEST_VALUE
    assert sum(lengths) <= resumable_forms.LONGEST_FORM


def test_the_longest_bulk_is_kept_whole():
    longest_code = 32
    assert (MAX_ITEMS + 1) * (EXPLANATION_MAX_LENGTH + longest_code + 2) < resumable_forms.LONGEST_FORM
    assert EXPLANATION_MAX_LENGTH < resumable_forms.LONGEST_VALUE


# --- Sittings -----------------------------------------------------------------------------------------


def test_reasons_of_a_bulk_are_never_shown_to_another_account(client):
    form = BEHIND_SIGN_IN["bulk"]()
    enter(client, form.user)
    sent = send(client, form)
    end_session()
    client.post(form.page, sent)
    kept = client.session[resumable_forms.SESSION_KEY]
    other = AttorneyFactory()
    sign_in(client, other)
    assert resumable_forms.SESSION_KEY not in client.session
    # Also where the session held it nevertheless, and on a page that this account may open.
    own = BEHIND_SIGN_IN["bulk"]()
    enter(client, own.user)
    session = client.session
    session[resumable_forms.SESSION_KEY] = [{**each, "page": own.page} for each in kept]
    session.save()
    assert WORDS not in client.get(own.page).content.decode()
    assert resumable_forms.SESSION_KEY not in client.session


def test_a_stranger_stores_nothing_by_sending_reasons(client):
    form = BEHIND_SIGN_IN["bulk"]()
    client.post(form.page, {**form.typed, "explanation": "x" * 100_000})
    assert settings.SESSION_COOKIE_NAME not in client.cookies


# --- How it is kept -----------------------------------------------------------------------------------


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


def test_profile_keeps_its_own_language_choice_apart_from_the_pages(client):
    form = FORMS["profile"]()
    enter(client, form.user)
    client.post("/language/", send(client, form) | {"to_language": "es"})
    form.user.refresh_from_db()
    assert form.user.language == "es"
    assert client.get(form.page).context["form"]["language"].value() == "en"


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
    assert "What you typed is kept." not in answer.content.decode()
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
