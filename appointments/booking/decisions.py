"""Decide which appointments can be rescheduled online, in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from appointments.eligibility import Decision, Facts, evaluate
from appointments.models import Appointment, AppointmentSeries, Reschedule
from policy.models import ContactRoute
from policy.queries import RulesInForce, get_rules
from portal.foundation.compiled_queries import compiled_query


@dataclass(frozen=True, slots=True)
class PastReschedules:
    """Past reschedules of one series: how many this portal made, and when each counted one was made.

    `counted_at` includes counted reschedules from before this portal. Oldest first.
    """

    number: int = 0
    counted_at: tuple[datetime, ...] = ()


def decide(appointment: Appointment) -> tuple[Decision, RulesInForce]:
    """Return the decision on one appointment and the rules behind it. At most four statements."""
    decisions, rules = decide_all([appointment])
    return decisions[appointment.pk], rules


def decide_all(appointments: Sequence[Appointment]) -> tuple[dict[int, Decision], RulesInForce]:
    """Return the decisions by appointment key, all at one instant, and the rules behind them.

    Read the appointments `with_display_relations`. Three statements, and one more if a request is untimely.
    """
    rules = get_rules(form_type_ids={_form_type_id(appointment) for appointment in appointments})
    decisions = decide_all_under(appointments=appointments, rules=rules)
    return decisions, add_untimely_offices(rules=rules, decisions=decisions.values())


def decide_all_under(*, appointments: Sequence[Appointment], rules: RulesInForce) -> dict[int, Decision]:
    """Return the decisions by appointment key under rules that were already read. One statement."""
    past = _past_reschedules(appointment.series for appointment in appointments)
    return {
        appointment.pk: decide_given(appointment=appointment, rules=rules, past=past[appointment.series_id])
        for appointment in appointments
    }


def add_untimely_offices(*, rules: RulesInForce, decisions: Iterable[Decision]) -> RulesInForce:
    """Return the rules with the offices that take untimely requests, if a decision needs them.

    One statement if a request is untimely, otherwise none.
    """
    if all(decision.is_timely for decision in decisions):
        return rules
    return replace(rules, untimely_offices=tuple(ContactRoute.objects.filter(takes_untimely_requests=True)))


def decide_under(*, appointment: Appointment, rules: RulesInForce) -> Decision:
    """Return the decision under rules that were already read. One statement.

    Services call this under the series lock.
    """
    return decide_given(appointment=appointment, rules=rules, past=get_past_reschedules(appointment.series))


def decide_given(*, appointment: Appointment, rules: RulesInForce, past: PastReschedules) -> Decision:
    """Return the decision under rules and past reschedules that were already read. No statement."""
    return evaluate(
        gather_facts(appointment=appointment, rules=rules, counted_reschedules_at=past.counted_at)
    )


def get_past_reschedules(series: AppointmentSeries) -> PastReschedules:
    """Return the past reschedules of the series; final while the series is locked. One statement."""
    return _past_reschedules([series])[series.pk]


def get_all_past_reschedules(all_series: Iterable[AppointmentSeries]) -> dict[int, PastReschedules]:
    """Return the past reschedules of several series by series key. One statement."""
    return _past_reschedules(all_series)


def gather_facts(
    *, appointment: Appointment, rules: RulesInForce, counted_reschedules_at: Sequence[datetime]
) -> Facts:
    """Return the frozen facts of one appointment under these rules. Counted reschedules oldest first."""
    form_type = rules.form_types[_form_type_id(appointment)]
    return Facts(
        now=rules.now,
        starts_at=appointment.slot.starts_at,
        scheduled_at=appointment.scheduled_at,
        is_scheduled=appointment.status == Appointment.Status.SCHEDULED,
        status_changed_at=appointment.status_changed_at,
        is_staff_only=appointment.is_staff_only,
        case_closed_at=appointment.case.closed_at,
        counted_reschedules_at=tuple(counted_reschedules_at),
        online_cutoff=rules.limits.online_cutoff,
        reschedule_cap=rules.limits.reschedule_cap,
        online_from=form_type.online_from,
        scheduled_from=form_type.scheduled_from,
    )


def _past_reschedules(all_series: Iterable[AppointmentSeries]) -> dict[int, PastReschedules]:
    past = {
        series.pk: PastReschedules(counted_at=tuple(sorted(series.earlier_counted_at)))
        for series in all_series
    }
    for series_id, rescheduled_at, counts in _reschedules_of(tuple(past)):
        before = past[series_id]
        counted_at = (*before.counted_at, rescheduled_at) if counts else before.counted_at
        past[series_id] = PastReschedules(number=before.number + 1, counted_at=counted_at)
    return past


@compiled_query
def _reschedules_of(series_ids: tuple[int, ...]) -> QuerySet[Reschedule, tuple[int, datetime, bool]]:
    rows = Reschedule.objects.filter(series__in=series_ids).order_by("series_id", "number")
    return rows.values_list("series_id", "rescheduled_at", "counts")


def _form_type_id(appointment: Appointment) -> int:
    return appointment.case.form_type_id
