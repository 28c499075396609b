"""Nothing typed is lost by signing in again or by another language, and nobody else ever sees it."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core import signing
from django.forms import PasswordInput, Textarea, TextInput
from django.test import Client

import accounts.forms.sign_in  # noqa: F401 (so that its forms are looked at too)
from appointments.caseload.services.bulk_reschedules import MAX_ITEMS
from appointments.staff.forms import EnterCodeForm
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation import resumable_forms
from portal.foundation.resumable_forms import ResumableForm
from tests.factories.accounts import AttorneyFactory
from tests.portal.foundation.half_typed import end_session
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
    "appointments/calendar_feed/manage.html",
    "appointments/caseload/saved_filters.html",
    "appointments/representation/end.html",
    # Asked below other pages, and not worth a place in the session.
    "feedback/ask.html",
    "feedback/give.html",
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
    "SiteSearchForm",
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


def test_profile_keeps_its_own_language_choice_apart_from_the_pages(client):
    form = FORMS["profile"]()
    enter(client, form.user)
    client.post("/language/", send(client, form) | {"to_language": "es"})
    form.user.refresh_from_db()
    assert form.user.language == "es"
    assert client.get(form.page).context["form"]["language"].value() == "en"
