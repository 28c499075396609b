"""A form that is sent while the right to act on the case ends: which page comes next."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from accounts.units import Unit
from appointments.caseload.services import bulk_reschedules
from appointments.models import BulkItem, RescheduleDraft
from appointments.representation.services import leave
from appointments.reschedule import services
from appointments.reschedule.queries import Group
from appointments.staff.services import staff_call
from appointments.staff.services.close_case import close_case
from tests.factories.accounts import AttorneyFactory, RepresentationFactory, officer_of
from tests.factories.caseloads import client_of
from tests.factories.households import make_household
from tests.support.races import Started, gate_before
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("committed_data")
REASON = {"reason": "TRAVEL", "explanation": ""}


@pytest.fixture
def attorney():
    return AttorneyFactory()


@pytest.fixture
def browser(attorney):
    browser = Client()
    browser.force_login(attorney)
    return browser


def revoke(appointment):
    case = appointment.case
    leave.revoke(account=case.requestor, representation=case.representations.get())


def post_while(ending, monkeypatch, owner, name, post):
    """Return the answer to a POST, with `ending` between the view's reads and the service."""
    gate = gate_before(monkeypatch.setattr, owner, name)
    posting = Started(post)
    gate.until_reached()
    ending()
    gate.open()
    outcome = posting.outcome()
    assert outcome.error is None
    return outcome.result


def test_a_reason_after_access_ended_leads_to_a_404(attorney, browser, monkeypatch):
    appointment = client_of(attorney)
    page = reverse("appointments:reason", args=[appointment.public_id])
    answer = post_while(
        partial(revoke, appointment),
        monkeypatch,
        services,
        "state_reason",
        lambda: browser.post(page, REASON),
    )
    assert answer.url == reverse("appointments:detail", args=[appointment.public_id])
    assert browser.get(answer.url).status_code == 404


def test_a_reason_for_a_closed_case_leads_to_the_appointment_page(monkeypatch):
    appointment = client_of(AttorneyFactory())
    browser = Client()
    browser.force_login(appointment.case.requestor)
    page = reverse("appointments:reason", args=[appointment.public_id])
    close = partial(
        close_case,
        actor=officer_of(Unit.CONTACT_CENTER),
        case=appointment.case,
        status="closed",
        note="Decided",
    )
    answer = post_while(close, monkeypatch, services, "state_reason", lambda: browser.post(page, REASON))
    assert 'data-refusal="CASE_CLOSED"' in browser.get(answer.url).content.decode()
    assert not RescheduleDraft.objects.exists()


def test_a_reason_of_a_household_leads_back_to_the_first_page(attorney, browser, monkeypatch):
    family = make_household(2)
    case = family[0].case
    RepresentationFactory(case=case, representative=attorney)
    page = Group(tuple(family)).reason_address
    answer = post_while(
        partial(revoke, family[0]), monkeypatch, services, "state_reason", lambda: browser.post(page, REASON)
    )
    assert answer.url == reverse("appointments:together", args=[case.public_id])
    assert not RescheduleDraft.objects.exists()


def test_bulk_reasons_are_kept_only_for_cases_that_the_attorney_still_represents(
    attorney, browser, monkeypatch
):
    gone, kept = client_of(attorney), client_of(attorney)
    bulk = bulk_reschedules.add(account=attorney, appointments=[gone, kept])
    page = reverse("appointments:bulk_reasons", args=[bulk.public_id])
    answer = post_while(
        partial(revoke, gone), monkeypatch, services, "state_reason", lambda: browser.post(page, REASON)
    )
    assert answer.url == reverse("appointments:bulk_continue", args=[bulk.public_id])
    assert RescheduleDraft.objects.get().appointment == kept


def test_a_selected_appointment_of_a_former_client_is_not_added(attorney, browser, monkeypatch):
    gone = client_of(attorney)
    fields = {"appointment": str(gone.public_id)}
    page = reverse("appointments:caseload_select")
    answer = post_while(
        partial(revoke, gone), monkeypatch, bulk_reschedules, "add", lambda: browser.post(page, fields)
    )
    assert answer.url.startswith(reverse("appointments:caseload"))
    assert not BulkItem.objects.exists()


def test_an_officer_whose_case_was_closed_goes_to_the_case_page(monkeypatch):
    appointment = client_of(AttorneyFactory())
    case, officer = appointment.case, officer_of(Unit.CONTACT_CENTER)
    browser = Client()
    sign_in_staff(browser, officer)
    page = reverse("admin:case_call", args=[case.pk, appointment.public_id])
    close = partial(close_case, actor=officer, case=case, status="closed", note="Decided")
    fields = {**REASON, "note": "Called"}
    answer = post_while(close, monkeypatch, staff_call, "note_call", lambda: browser.post(page, fields))
    assert answer.url == reverse("admin:accounts_case_change", args=[case.pk])
    assert not RescheduleDraft.objects.exists()
