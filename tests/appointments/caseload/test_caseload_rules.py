"""The SQL filters of the caseload agree with the eligibility rules for every row."""

from datetime import UTC, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Case
from appointments.booking.decisions import decide_all_under
from appointments.caseload.facts import ALLOWED, REFUSED, CaseloadFilters
from appointments.caseload.queries.caseload import get_caseload_rules, list_client_appointments
from appointments.caseload.queries.filters import CONDITIONS, apply_filters
from appointments.eligibility import RefusalCode
from appointments.models import Appointment, AppointmentSeries, Slot
from policy.models import FormType, FormTypeVersion, PolicyVersion
from portal.foundation.clock import database_now
from tests.factories.accounts import AttorneyFactory
from tests.factories.appointments import SlotFactory
from tests.factories.caseloads import client_of
from tests.factories.policy import FormTypeVersionFactory, PolicyVersionFactory
from tests.factories.reschedules import reschedule_online
from tests.support.clock import clock_stopped_at

TICK = timedelta(microseconds=1)
CUTOFF = timedelta(hours=12)
FORMS = ("I-485", "I-600A", "I-914")

near = st.sampled_from((-TICK, timedelta(0), TICK, timedelta(days=-2), timedelta(days=2)))
row = st.fixed_dictionaries(
    {
        "starts": st.tuples(st.sampled_from((timedelta(0), CUTOFF)), near),
        "form": st.sampled_from(FORMS),
        "made": near,
        "earlier": st.integers(0, 3),
        "closed": st.booleans(),
        "staff_only": st.booleans(),
    }
)
world = st.fixed_dictionaries(
    {
        "cap": st.integers(0, 3),
        "online": st.tuples(*(st.none() | near for _ in FORMS)),
        "made_from": st.tuples(*(st.booleans() for _ in FORMS)),
        "rows": st.lists(row, min_size=6, max_size=6),
    }
)


@pytest.fixture
def six_clients(reference_data):
    """An attorney and six appointments. Each example sets their facts."""
    attorney = AttorneyFactory()
    return attorney, [client_of(attorney) for _ in range(6)]


def set_facts(appointments, drawn, now):
    """Set the rules in force and then the facts of each row, as drawn."""
    made_from = now - timedelta(days=30)
    PolicyVersionFactory(effective_at=now - TICK, reschedule_cap=drawn["cap"], online_cutoff=CUTOFF)
    for code, online, bounded in zip(FORMS, drawn["online"], drawn["made_from"], strict=True):
        FormTypeVersionFactory(
            form_type=FormType.objects.get(code=code),
            effective_at=now - TICK,
            online_from=None if online is None else now + online,
            scheduled_from=made_from if bounded else None,
        )
    for appointment, facts in zip(appointments, drawn["rows"], strict=True):
        starts_at = now + sum(facts["starts"], timedelta(0))
        slot = SlotFactory(starts_at=starts_at, capacity=6, taken=1)
        Appointment.objects.filter(pk=appointment.pk).update(
            slot=slot, scheduled_at=made_from + facts["made"], is_staff_only=facts["staff_only"]
        )
        AppointmentSeries.objects.filter(pk=appointment.series_id).update(
            earlier_counted_at=[now - timedelta(days=9 - number) for number in range(facts["earlier"])]
        )
        Case.objects.filter(pk=appointment.series.person.case_id).update(
            form_type=FormType.objects.get(code=facts["form"]),
            status="closed" if facts["closed"] else "open",
            closed_at=now - timedelta(days=1) if facts["closed"] else None,
        )


def keys(rows):
    return set(rows.values_list("pk", flat=True))


def assert_filters_agree(attorney):
    rules = get_caseload_rules(attorney).rules
    rows = list_client_appointments(attorney)
    views = list(rows.with_display_relations())
    decisions = decide_all_under(appointments=views, rules=rules)
    assert len(decisions) == 6
    allowed = {key for key, decision in decisions.items() if decision.is_allowed}
    assert keys(apply_filters(rows, CaseloadFilters(state=ALLOWED), rules)) == allowed
    assert keys(apply_filters(rows, CaseloadFilters(state=REFUSED), rules)) == decisions.keys() - allowed
    for code in RefusalCode:
        refused = {key for key, decision in decisions.items() if code in decision.codes}
        assert keys(apply_filters(rows, CaseloadFilters(state=code), rules)) == refused, code


def test_every_rule_has_a_condition():
    assert CONDITIONS.keys() == set(RefusalCode)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(drawn=world)
def test_the_filters_agree_with_the_rules_for_every_row(six_clients, drawn):
    attorney, appointments = six_clients
    now = database_now().astimezone(UTC)
    with clock_stopped_at(now), transaction.atomic():
        set_facts(appointments, drawn, now)
        assert_filters_agree(attorney)
        transaction.set_rollback(True)
    assert PolicyVersion.objects.count() == 1
    assert FormTypeVersion.objects.filter(source="a test").count() == 0


def test_reschedules_made_here_and_before_the_portal_count_together(reference_data):
    attorney = AttorneyFactory()
    once, both = client_of(attorney), client_of(attorney)
    AppointmentSeries.objects.filter(pk=both.series_id).update(
        earlier_counted_at=[database_now() - timedelta(days=9)]
    )
    for appointment in (once, both):
        reschedule_online(appointment)
    rules = get_caseload_rules(attorney).rules
    rows = apply_filters(list_client_appointments(attorney), CaseloadFilters(state="RESCHEDULE_LIMIT"), rules)
    assert [row.series_id for row in rows] == [both.series_id]
    assert Slot.objects.get(pk=rows[0].slot_id).taken == 1
