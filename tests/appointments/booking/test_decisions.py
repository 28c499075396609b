"""Decisions on rows: facts are read correctly, at one instant, in a constant number of statements."""

from datetime import timedelta

import pytest

from appointments.booking.decisions import decide, decide_all, decide_under
from appointments.models import Appointment
from policy.models import FormType
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.policy import PolicyVersionFactory
from tests.factories.reschedules import reschedule_by_agency, reschedule_for_caller, reschedule_online


def view_of(appointment):
    return Appointment.objects.with_display_relations().get(pk=appointment.pk)


def codes_of(appointment):
    return decide(view_of(appointment))[0].codes


@pytest.mark.parametrize("count", [1, 10, 40])
def test_deciding_takes_three_statements_however_many_appointments(
    reference_data, django_assert_num_queries, count
):
    forms = list(FormType.objects.all())
    for number in range(count):
        case = CaseFactory(form_type=forms[number % len(forms)])
        AppointmentFactory(series__person__case=case)
    with django_assert_num_queries(1):
        appointments = list(Appointment.objects.with_display_relations())
    with django_assert_num_queries(3):
        decisions, rules = decide_all(appointments)
    assert decisions.keys() == {appointment.pk for appointment in appointments}
    assert len(decisions) == count
    assert {decision.decided_at for decision in decisions.values()} == {rules.now}


def test_deciding_under_the_lock_takes_one_statement(reference_data, django_assert_num_queries):
    appointment = view_of(AppointmentFactory())
    rules = get_rules(form_type_ids=[appointment.series.person.case.form_type_id])
    with django_assert_num_queries(1):
        assert decide_under(appointment=appointment, rules=rules).is_allowed


def test_deciding_on_nothing_is_allowed(reference_data):
    assert decide_all([])[0] == {}


def test_allows_an_ordinary_appointment(reference_data):
    assert codes_of(AppointmentFactory()) == set()


@pytest.mark.parametrize(
    ("build", "codes"),
    [
        (lambda: AppointmentFactory(slot__ahead=timedelta(hours=6)), {"WITHIN_12_HOURS"}),
        (lambda: AppointmentFactory(slot__ahead=timedelta(hours=-6)), {"ALREADY_PASSED"}),
        (lambda: AppointmentFactory(is_staff_only=True), {"STAFF_ONLY"}),
        (lambda: AppointmentFactory(status=Appointment.Status.CANCELLED), {"NOT_SCHEDULED"}),
        (lambda: AppointmentFactory(series__person__case=CaseFactory(closed=True)), {"CASE_CLOSED"}),
        (
            lambda: AppointmentFactory(
                series__person__case=CaseFactory(form_type=FormType.objects.get(code="I-914"))
            ),
            {"FORM_NOT_ENABLED"},
        ),
        (
            lambda: AppointmentFactory(
                series__person__case=CaseFactory(adoption=True),
                scheduled_at=database_now() - timedelta(days=5000),
            ),
            {"SCHEDULED_BEFORE_LAUNCH"},
        ),
        (
            lambda: AppointmentFactory(slot__ahead=timedelta(hours=1), is_staff_only=True),
            {"WITHIN_12_HOURS", "STAFF_ONLY"},
        ),
    ],
)
def test_reads_each_fact_from_its_row(reference_data, build, codes):
    assert codes_of(build()) == codes


def test_refuses_a_third_reschedule_no_matter_who_made_the_first_two(reference_data):
    appointment = AppointmentFactory()
    for make_reschedule in (reschedule_online, reschedule_for_caller):
        assert codes_of(appointment) == set()
        appointment = make_reschedule(appointment).to_appointment
    decision, _ = decide(view_of(appointment))
    assert decision.codes == {"RESCHEDULE_LIMIT"}
    assert decision.refusals[0].since == appointment.reschedule_here.rescheduled_at


def test_reschedules_by_the_agency_never_count(reference_data):
    appointment = AppointmentFactory()
    for _ in range(4):
        appointment = reschedule_by_agency(appointment).to_appointment
    assert codes_of(appointment) == set()


def test_each_person_of_a_case_has_an_own_count(reference_data):
    case = CaseFactory(adoption=True)
    petitioner, spouse = (AppointmentFactory(series__person__case=case) for _ in range(2))
    for _ in range(2):
        petitioner = reschedule_online(petitioner).to_appointment
    assert codes_of(petitioner) == {"RESCHEDULE_LIMIT"}
    assert codes_of(spouse) == set()


def test_a_new_policy_decides_from_its_instant_on_and_leaves_old_reschedules_as_they_were(reference_data):
    appointment = AppointmentFactory()
    first = reschedule_online(appointment)
    stricter = PolicyVersionFactory(effective_at=database_now(), reschedule_cap=1)
    decision, rules = decide(view_of(first.to_appointment))
    assert rules.limits == stricter
    assert decision.codes == {"RESCHEDULE_LIMIT"}
    first.refresh_from_db()
    assert first.policy_version != stricter
