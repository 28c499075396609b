"""Nothing that an officer typed is lost by signing in again or by another language."""

import pytest
from django.urls import reverse

from accounts.models import Case
from accounts.units import Unit
from portal.foundation import resumable_forms
from tests.factories.accounts import (
    AccreditedFactory,
    AttorneyFactory,
    RepresentationFactory,
    WaitingAttorneyFactory,
    officer_of,
)
from tests.factories.appointments import AppointmentFactory, ConflictFactory
from tests.portal.foundation.half_typed import end_session, fill_in
from tests.portal.foundation.resumable_pages import WORDS
from tests.support.html_forms import kept_form, missing_forms, token_of
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def officer(client):
    officer = officer_of(Unit.CONTACT_CENTER)
    sign_in_staff(client, officer)
    return officer


def _act(name):
    """A page of the case desk, and what an officer has typed so far."""
    appointment = AppointmentFactory()
    case = appointment.series.person.case
    if name == "case_end_representation":
        row = RepresentationFactory(case=case)
        return [case.pk, row.public_id], {"side": "client", "channel": "phone", "note": CALLED}
    typed = {
        "case_close": {"status": "closed", "note": CALLED},
        "case_mark": {"note": CALLED},
        "case_call": {"reason": "LIFE_EVENT", "explanation": WORDS, "note": CALLED},
        "case_enter_paper": {"email": "jo at firm", "note": CALLED},
        "case_enter_code": {"printed_on": "2026-11-20"},
        "case_issue_code": {"language": "es"},
        "case_issue_passcode": {"language": "es"},
        "conflict_settle": {"note": CALLED},
        "application_reject": {"rejection": "unclear", "note": CALLED},
        "application_end": {"rejection": "unclear", "note": CALLED},
        "application_verify": {"note": CALLED},
        "application_extend": {"expires_on": "2031-05-04", "note": CALLED},
    }[name]
    if name.startswith("application"):
        stage = {"application_end": AttorneyFactory, "application_extend": AccreditedFactory}
        account = stage.get(name, WaitingAttorneyFactory)()
        return [account.representative_profile.pk], typed
    if name == "conflict_settle":
        return [ConflictFactory(appointment=appointment).pk], typed
    names_appointment = name in ("case_mark", "case_call")
    return [case.pk, appointment.public_id] if names_appointment else [case.pk], typed


CALLED = "Called back twice."
ACTS_OF_STAFF = [
    "case_close",
    "case_mark",
    "case_call",
    "case_end_representation",
    "case_enter_paper",
    "case_enter_code",
    "case_issue_code",
    "case_issue_passcode",
    "conflict_settle",
    "application_reject",
    "application_end",
    "application_verify",
    "application_extend",
]


@pytest.mark.parametrize("name", ACTS_OF_STAFF)
def test_what_an_officer_typed_is_filled_in_again_in_another_language(client, name):
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER_SUPERVISORS))
    keys, half_typed = _act(name)
    page = reverse(f"admin:{name}", args=keys)
    shown = client.get(page).content.decode()
    assert missing_forms(shown) == set()
    form = {"resume_token": token_of(kept_form(shown)), "code": "7F3K9Q2MDX4T8N2P", **half_typed}
    answer = client.post("/language/", form | {"to_language": "es"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert 'lang="es"' in answer.content.decode()
    drawn = answer.context["form"]
    assert {field: str(drawn[field].value()) for field in half_typed} == half_typed
    assert "7F3K9Q2MDX4T8N2P" not in answer.content.decode()


def test_an_officers_page_without_a_form_has_the_plain_language_button(client, officer):
    shown = client.get(reverse("admin:index")).content.decode()
    assert 'form="kept-form"' not in shown
    assert 'action="/language/"' in shown


def test_what_an_officer_typed_of_an_application_is_forgotten_once_it_was_taken(client):
    sign_in_staff(client, officer_of(Unit.CONTACT_CENTER_SUPERVISORS))
    profile = WaitingAttorneyFactory().representative_profile
    page = reverse("admin:application_verify", args=[profile.pk])
    form = fill_in(client, page) | {"note": CALLED, "seen_at": profile.submitted_at.isoformat()}
    client.post("/language/", form | {"to_language": "es"})
    assert resumable_forms.SESSION_KEY in client.session
    client.post(page, form)
    assert resumable_forms.SESSION_KEY not in client.session


@pytest.mark.parametrize("name", ["case_close", "case_call"])
def test_officers_note_is_filled_in_after_signing_in_again(client, officer, name):
    appointment = AppointmentFactory()
    case = appointment.series.person.case
    row = [appointment.public_id] if name == "case_call" else []
    page = reverse(f"admin:{name}", args=[case.pk, *row])
    form = fill_in(client, page) | {"note": "Called back twice.", "status": "closed"}
    end_session()
    client.post(page, form)
    sign_in_staff(client, officer)
    assert client.get(page).context["form"]["note"].value() == "Called back twice."
    assert Case.objects.get().status == Case.Status.OPEN


def test_officers_note_is_forgotten_once_it_was_taken(client, officer):
    case = AppointmentFactory().series.person.case
    page = reverse("admin:case_close", args=[case.pk])
    form = fill_in(client, page) | {"note": "Called back twice.", "status": "closed"}
    client.post("/language/", form | {"to_language": "es"})
    assert resumable_forms.SESSION_KEY in client.session
    client.post(page, form)
    assert resumable_forms.SESSION_KEY not in client.session
