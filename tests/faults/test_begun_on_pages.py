"""The page was open, the form was sent, and the authority ended before it was acted on: where that leads."""

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
    case = appointment.series.person.case
    leave.revoke(account=case.requestor, representation=case.representations.get())


def post_while(ending, monkeypatch, owner, name, post):
    """The answer to what was sent, where `ending` comes between the page's questions and the service."""
    gate = gate_before(monkeypatch.setattr, owner, name)
    posting = Started(post)
    gate.until_reached()
    ending()
    gate.open()
    outcome = posting.outcome()
    assert outcome.error is None
    return outcome.result


def test_the_reason_leads_to_the_door_which_is_shut(attorney, browser, monkeypatch):
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


def test_the_reason_for_a_case_that_was_closed_leads_to_what_the_appointment_says(monkeypatch):
    appointment = client_of(AttorneyFactory())
    browser = Client()
    browser.force_login(appointment.series.person.case.requestor)
    page = reverse("appointments:reason", args=[appointment.public_id])
    close = partial(
        close_case,
        actor=officer_of(Unit.CONTACT_CENTER),
        case=appointment.series.person.case,
        status="closed",
        note="Decided",
    )
    answer = post_while(close, monkeypatch, services, "state_reason", lambda: browser.post(page, REASON))
    assert 'data-refusal="CASE_CLOSED"' in browser.get(answer.url).content.decode()
    assert not RescheduleDraft.objects.exists()


def test_the_reason_of_a_household_leads_back_to_where_it_began(attorney, browser, monkeypatch):
    family = make_household(2)
    case = family[0].series.person.case
    RepresentationFactory(case=case, representative=attorney)
    page = Group(tuple(family)).reason_address
    answer = post_while(
        partial(revoke, family[0]), monkeypatch, services, "state_reason", lambda: browser.post(page, REASON)
    )
    assert answer.url == reverse("appointments:together", args=[case.public_id])
    assert not RescheduleDraft.objects.exists()


def test_of_the_reasons_of_a_bulk_those_are_kept_that_still_may(attorney, browser, monkeypatch):
    gone, kept = client_of(attorney), client_of(attorney)
    bulk = bulk_reschedules.add(account=attorney, appointments=[gone, kept])
    page = reverse("appointments:bulk_reasons", args=[bulk.public_id])
    answer = post_while(
        partial(revoke, gone), monkeypatch, services, "state_reason", lambda: browser.post(page, REASON)
    )
    assert answer.url == reverse("appointments:bulk_continue", args=[bulk.public_id])
    assert RescheduleDraft.objects.get().appointment == kept


def test_what_was_ticked_and_is_no_longer_a_clients_is_not_picked(attorney, browser, monkeypatch):
    gone = client_of(attorney)
    fields = {"appointment": str(gone.public_id)}
    page = reverse("appointments:caseload_select")
    answer = post_while(
        partial(revoke, gone), monkeypatch, bulk_reschedules, "add", lambda: browser.post(page, fields)
    )
    assert answer.url.startswith(reverse("appointments:caseload"))
    assert not BulkItem.objects.exists()


def test_an_officer_whose_case_another_closed_is_told_why(monkeypatch):
    appointment = client_of(AttorneyFactory())
    case, officer = appointment.series.person.case, officer_of(Unit.CONTACT_CENTER)
    browser = Client()
    sign_in_staff(browser, officer)
    page = reverse("admin:case_call", args=[case.pk, appointment.public_id])
    close = partial(close_case, actor=officer, case=case, status="closed", note="Decided")
    fields = {**REASON, "note": "Called"}
    answer = post_while(close, monkeypatch, staff_call, "note_call", lambda: browser.post(page, fields))
    assert answer.url == reverse("admin:accounts_case_change", args=[case.pk])
    assert not RescheduleDraft.objects.exists()
