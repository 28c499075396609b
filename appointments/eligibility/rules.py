"""The eight rules: one function each, with its published source."""

from collections.abc import Callable

from appointments.eligibility.decision import Refusal, RefusalCode
from appointments.eligibility.facts import Facts

Rule = Callable[[Facts], Refusal | None]


def form_not_enabled(facts: Facts) -> Refusal | None:
    """Refuse a form type that is not enabled for online rescheduling.

    Source: stakeholder message of May 29, 2024, "a limited set of form types".
    """
    if facts.online_from is not None and facts.online_from <= facts.now:
        return None
    return Refusal(RefusalCode.FORM_NOT_ENABLED, until=facts.online_from)


def scheduled_before_launch(facts: Facts) -> Refusal | None:
    """Refuse an appointment that was made before online rescheduling began, whatever its date.

    Source: stakeholder message of May 29, 2024.
    """
    if facts.scheduled_from is None or facts.scheduled_at >= facts.scheduled_from:
        return None
    return Refusal(RefusalCode.SCHEDULED_BEFORE_LAUNCH, until=facts.scheduled_from)


def already_passed(facts: Facts) -> Refusal | None:
    """Refuse an appointment that has started.

    Source: news release of June 28, 2023.
    """
    if facts.starts_at > facts.now:
        return None
    return Refusal(RefusalCode.ALREADY_PASSED, since=facts.starts_at)


def within_12_hours(facts: Facts) -> Refusal | None:
    """Refuse an appointment that starts in less than 12 hours of elapsed time. Exactly 12 is allowed.

    Source: news release of June 28, 2023.
    """
    ahead = facts.starts_at - facts.now
    if ahead >= facts.online_cutoff or facts.starts_at <= facts.now:
        return None
    return Refusal(
        RefusalCode.WITHIN_12_HOURS, since=facts.starts_at - facts.online_cutoff, until=facts.starts_at
    )


def reschedule_limit(facts: Facts) -> Refusal | None:
    """Refuse an appointment that reached the limit of counted reschedules.

    Source: news release of June 28, 2023, "rescheduled two or more times".
    """
    if len(facts.counted_reschedules_at) < facts.reschedule_cap:
        return None
    reached_at = facts.counted_reschedules_at[facts.reschedule_cap - 1] if facts.reschedule_cap else None
    return Refusal(RefusalCode.RESCHEDULE_LIMIT, since=reached_at)


def not_scheduled(facts: Facts) -> Refusal | None:
    """Refuse an appointment that is not the scheduled one of its series.

    Source: this portal.
    """
    if facts.is_scheduled:
        return None
    return Refusal(RefusalCode.NOT_SCHEDULED, since=facts.status_changed_at)


def case_closed(facts: Facts) -> Refusal | None:
    """Refuse an appointment on a closed case.

    Source: this portal.
    """
    if facts.case_closed_at is None:
        return None
    return Refusal(RefusalCode.CASE_CLOSED, since=facts.case_closed_at)


def staff_only(facts: Facts) -> Refusal | None:
    """Refuse an appointment with the staff-only mark. Gives no cause and no date.

    Source: this portal.
    """
    return Refusal(RefusalCode.STAFF_ONLY) if facts.is_staff_only else None


RULES: tuple[Rule, ...] = (
    not_scheduled,
    already_passed,
    within_12_hours,
    reschedule_limit,
    form_not_enabled,
    scheduled_before_launch,
    case_closed,
    staff_only,
)
