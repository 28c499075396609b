"""Rules and accounts of staff: a form that is filled in half outlives another language and a new sign-in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import User
from accounts.units import Unit
from policy.admin.good_cause import EndReasonForm
from policy.models import ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion
from portal.foundation import resumable_forms
from portal.foundation.admin.editable import EditableAdmin
from portal.foundation.admin.read_only import ReadOnlyAdmin
from portal.foundation.clock import database_now
from tests.factories.accounts import officer_of
from tests.support.html_forms import kept_form, missing_forms, sent_by
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

SOURCE = "Memorandum of “today”, <not yet signed>"


@dataclass
class Page:
    """A form that staff fill in: who, where, and what is typed so far. An empty box sends nothing."""

    account: User
    address: str
    typed: dict[str, Any]


def ahead(model, **fields):
    """A rule that lies ahead, so that it can be corrected."""
    row = model.objects.latest("pk")
    row.pk, row.effective_at = None, database_now() + timedelta(days=7)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def policy_page(model, row, **typed):
    act, keys = ("change", [row.pk]) if row else ("add", [])
    address = reverse(f"admin:policy_{model}_{act}", args=keys)
    return Page(officer_of(Unit.POLICY_OFFICERS), address, typed)


LIMITS = {
    "effective_at": "2031-05-04T03:00",
    "online_cutoff": "36",
    "reschedule_cap": "",
    "horizon": "ninety",
    "hold_length": "7",
    "hold_ceiling": "45",
    "group_gap": "25",
    "requestor_live_holds": "4",
    "requestor_holds_per_hour": "31",
    "representative_live_holds": "49",
    "representative_holds_per_hour": "301",
    "source": SOURCE,
    "source_es": "Norma definitiva de 2027",
    "source_url": "https://www.example.gov/rule",
}
REASON = {
    "code": "JURY",
    "text_en": "Jury du",
    "text_es": "",
    "position": "12",
    "effective_at": "2031-05-04T03:00",
    "ended_at": "",
    "source": SOURCE,
}


def _new_form_type_version():
    form_type = str(FormType.objects.get(code="I-485").pk)
    return policy_page(
        "formtypeversion",
        None,
        form_type=form_type,
        effective_at="",
        online_from="2031-05-04T03:00",
        scheduled_from="",
        is_verified="on",
        source=SOURCE,
        source_es="Norma definitiva de 2027",
        source_url="https://www.example.gov/rule",
    )


def _form_type_version():
    """Its box was ticked, and is not any more."""
    row = ahead(FormTypeVersion, is_verified=True)
    form_type = str(FormType.objects.get(code="I-600").pk)
    return policy_page(
        "formtypeversion",
        row,
        form_type=form_type,
        effective_at="2031-05-04T03:00",
        online_from="",
        scheduled_from="2031-05-04T03:00",
        source=SOURCE,
        source_es="Norma definitiva de 2027",
        source_url="https://www.example.gov/rule",
    )


def _office():
    row = ContactRoute.objects.get(code="CONTACT_CENTER")
    ContactRoute.objects.filter(pk=row.pk).update(is_verified=True, takes_untimely_requests=True)
    texts = ("name_en", "name_es", "phone", "phone_abroad", "phone_tty", "hours_en", "hours_es", "source")
    return policy_page("contactroute", row, **dict.fromkeys(texts, "New"), is_verified="on")


def _form_type():
    row, office = FormType.objects.get(code="I-485"), ContactRoute.objects.get(code="NBC_ADOPTIONS")
    return policy_page("formtype", row, title_en="Bett", title_es="Mej", contact_route=str(office.pk))


def _units(*units):
    return [str(Group.objects.get(name=unit).pk) for unit in units]


def _new_account():
    superuser = officer_of(is_superuser=True)
    typed = {
        "email": "new at exam",
        "name": "New Off",
        "language": "es",
        "groups": _units(Unit.AUDITORS, Unit.CONTACT_CENTER),
    }
    return Page(superuser, reverse("admin:accounts_user_add"), typed)


def _account():
    """May no longer sign in, and changes from one unit to another."""
    superuser, officer = officer_of(is_superuser=True), officer_of(Unit.AUDITORS)
    typed = {"name": "Renam", "language": "es", "groups": _units(Unit.SITE_MANAGERS)}
    return Page(superuser, reverse("admin:accounts_user_change", args=[officer.pk]), typed)


def _account_of_no_unit():
    """The last unit is taken away."""
    superuser, officer = officer_of(is_superuser=True), officer_of(Unit.AUDITORS)
    typed = {"name": officer.name, "language": "en", "is_active": "on"}
    return Page(superuser, reverse("admin:accounts_user_change", args=[officer.pk]), typed)


FORMS = {
    "new limits": lambda: policy_page("policyversion", None, **LIMITS),
    "limits": lambda: policy_page("policyversion", ahead(PolicyVersion), **LIMITS),
    "new form-type version": _new_form_type_version,
    "form-type version": _form_type_version,
    "new reason": lambda: policy_page("goodcausereason", None, **REASON, requires_explanation="on"),
    "reason": lambda: policy_page(
        "goodcausereason", ahead(GoodCauseReason, code="JURY", requires_explanation=True), **REASON
    ),
    "end of a reason": lambda: policy_page(
        "goodcausereason", GoodCauseReason.objects.get(code="TRAVEL"), ended_at="2031-05-04T03:00"
    ),
    "office": _office,
    "form type": _form_type,
    "new account": _new_account,
    "account": _account,
    "account of no unit": _account_of_no_unit,
}
BY_HAND = {"csrfmiddlewaretoken", "resume_token"}


def fill_in(client, page):
    """What the browser sends once everything that can be typed was typed over."""
    shown = client.get(page.address).content.decode()
    assert missing_forms(shown) == set()
    drawn = sent_by(kept_form(shown))
    return {"resume_token": drawn["resume_token"][0], **page.typed}


def in_the_form(shown):
    """What stands in the form that is drawn, as a browser would send it on."""
    drawn = sent_by(kept_form(shown))
    return {name: values for name, values in drawn.items() if name not in BY_HAND}


def as_sent(typed):
    return {name: value if isinstance(value, list) else [value] for name, value in typed.items()}


@pytest.mark.parametrize("name", FORMS)
def test_what_staff_typed_stands_there_in_another_language(client, name):
    page = FORMS[name]()
    sign_in_staff(client, page.account)
    secret = {"password": "secret words", "access_code": "7F3K9Q2MDX4T8N2P"}
    sent = {**secret, **fill_in(client, page), "to_language": "es"}
    answer = client.post("/language/", sent, follow=True)
    assert answer.redirect_chain == [(page.address, 302)]
    shown = answer.content.decode()
    assert '<html lang="es"' in shown
    assert in_the_form(shown) == as_sent(page.typed)
    [kept] = client.session[resumable_forms.SESSION_KEY]
    assert kept["values"] == as_sent(page.typed)


@pytest.mark.parametrize("name", FORMS)
def test_what_staff_sent_after_the_session_ended_stands_there_after_signing_in(client, name):
    page = FORMS[name]()
    sign_in_staff(client, page.account)
    sent = fill_in(client, page)
    Session.objects.all().delete()
    _queryset, back = client.post(page.address, sent)["Location"].split("?next=")
    sign_in_staff(client, page.account)
    assert unquote(back) == page.address
    assert in_the_form(client.get(page.address).content.decode()) == as_sent(page.typed)


def test_a_form_that_is_new_to_the_reader_is_not_touched(client):
    page = FORMS["account"]()
    sign_in_staff(client, page.account)
    before = in_the_form(client.get(page.address).content.decode())
    assert before["is_active"] == ["on"]
    other = Page(page.account, reverse("admin:accounts_user_add"), {"name": "Someone new"})
    client.post("/language/", fill_in(client, other) | {"to_language": "es"})
    assert in_the_form(client.get(page.address).content.decode()) == before


@pytest.mark.parametrize("act", ["add", "change"])
def test_is_forgotten_once_it_was_saved(client, act):
    row = ahead(PolicyVersion) if act == "change" else None
    page = policy_page("policyversion", row, **LIMITS)
    sign_in_staff(client, page.account)
    sent = fill_in(client, page)
    client.post("/language/", sent | {"to_language": "es"})
    assert resumable_forms.SESSION_KEY in client.session
    wrong = client.post(page.address, sent)
    assert wrong.status_code == 200
    assert in_the_form(wrong.content.decode()) == as_sent(LIMITS)
    assert resumable_forms.SESSION_KEY in client.session
    saved = client.post(page.address, sent | {"reschedule_cap": "3", "horizon": "90"})
    assert saved.status_code == 302
    assert resumable_forms.SESSION_KEY not in client.session


def test_someone_elses_words_are_not_shown(client):
    page = FORMS["new limits"]()
    sign_in_staff(client, page.account)
    client.post("/language/", fill_in(client, page) | {"to_language": "es"})
    kept = client.session[resumable_forms.SESSION_KEY]
    sign_in_staff(client, officer_of(Unit.POLICY_OFFICERS))
    session = client.session
    session[resumable_forms.SESSION_KEY] = kept
    session.save()
    assert "Memorandum" not in client.get(page.address).content.decode()


def test_who_only_reads_has_the_plain_language_button(client):
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    row = PolicyVersion.objects.latest("pk")
    shown = client.get(reverse("admin:policy_policyversion_change", args=[row.pk])).content.decode()
    assert "kept-form" not in shown
    assert 'name="resume_token"' not in shown
    assert 'action="/language/"' in shown


def editable_pages():
    return [page for page in admin.site._registry.values() if isinstance(page, EditableAdmin)]


def test_every_page_that_saves_keeps_what_is_typed():
    saves = ("has_add_permission", "has_change_permission")
    for page in admin.site._registry.values():
        if any(getattr(type(page), name) is not getattr(ReadOnlyAdmin, name) for name in saves):
            assert isinstance(page, EditableAdmin), page


def test_every_form_of_them_keeps_all_its_fields():
    forms = [page.form for page in editable_pages()] + [EndReasonForm]
    assert len(forms) >= 7
    for form in forms:
        assert set(form.resumable_fields) == set(form._meta.fields), form
