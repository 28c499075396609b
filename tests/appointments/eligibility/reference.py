"""The rules a second time, written from the agency's two messages and the house's decisions.

Shares no code, type or shape with the product: instants are whole microseconds since 1970, and each rule
is the range of microseconds within which it refuses. Tests compare both; neither may import the other.
"""

from datetime import UTC, datetime, timedelta

BEGINNING = -(10**20)
FOREVER = 10**20
MICROSECOND = timedelta(microseconds=1)


def micros(moment):
    """An aware instant, or a duration, in whole microseconds; None stays None."""
    if moment is None:
        return None
    if isinstance(moment, timedelta):
        return moment // MICROSECOND
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def refusals_of_appointment(
    *,
    now,
    starts,
    made,
    is_scheduled,
    status_changed,
    is_staff_only,
    closed,
    counted_reschedules,
    cutoff,
    cap,
    online_from,
    made_from,
):
    """code → (since, until) of every rule that refuses at `now`."""
    always, blocking = range(BEGINNING, FOREVER), range(0)
    cap_reached = None if cap == 0 or len(counted_reschedules) < cap else sorted(counted_reschedules)[cap - 1]
    rules = {
        # From the microsecond of the start on: the person had to be there.
        "ALREADY_PASSED": (range(starts, FOREVER), starts, None),
        # "At least 12 hours": the instant exactly 12 hours ahead is still allowed, the next one is not.
        "WITHIN_12_HOURS": (range(starts - cutoff + 1, starts), starts - cutoff, starts),
        "FORM_NOT_ENABLED": (
            always if online_from is None else range(BEGINNING, online_from),
            None,
            online_from,
        ),
        "SCHEDULED_BEFORE_LAUNCH": (
            always if made_from is not None and made < made_from else blocking,
            None,
            made_from,
        ),
        "RESCHEDULE_LIMIT": (always if len(counted_reschedules) >= cap else blocking, cap_reached, None),
        "NOT_SCHEDULED": (blocking if is_scheduled else always, status_changed, None),
        "CASE_CLOSED": (blocking if closed is None else always, closed, None),
        "STAFF_ONLY": (always if is_staff_only else blocking, None, None),
    }
    return {code: (since, until) for code, (when, since, until) in rules.items() if now in when}


def is_timely(*, now, starts):
    """Before the appointment's own instant, whether the online tool is open or not."""
    return now in range(BEGINNING, starts)


def refusals_of_seat(*, now, starts, is_closed, is_current_slot, free_seats, cutoff, horizon):
    """Return the codes that rule out a selected time."""
    allowed_starts = range(now + cutoff, now + horizon + 1)
    against = set()
    if starts not in allowed_starts:
        against.add("SLOT_TOO_SOON" if starts < allowed_starts.start else "SLOT_BEYOND_HORIZON")
    if is_closed:
        against.add("SLOT_CLOSED")
    if is_current_slot:
        against.add("CURRENT_SLOT")
    if free_seats <= 0:
        against.add("SLOT_FULL")
    return against
