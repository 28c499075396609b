"""The runs of a group: on any day, the search and the hold find what a search by brute force finds."""

from datetime import timedelta
from itertools import accumulate
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments.booking.availability import count_openings, list_times
from appointments.booking.errors import SeatRefused
from appointments.models import Appointment, Slot
from policy.queries import get_rules
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.appointments import ReservedSeatFactory, SlotFactory
from tests.factories.households import make_household
from tests.factories.policy import PolicyVersionFactory

MINUTE = timedelta(minutes=1)
LATE_IN_THE_EVENING = 21

# A slot: minutes since the one before began, its length, its seats, and what is special. They may overlap.
slots_of_a_day = st.lists(
    st.tuples(
        st.sampled_from([5, 10, 20, 30, 40, 60, 61, 90]),
        st.sampled_from([10, 20, 30]),
        st.integers(min_value=1, max_value=3),
        st.sampled_from(["open", "open", "open", "closed", "full", "current", "expired hold", "live hold"]),
    ),
    min_size=2,
    max_size=8,
)
gaps = st.sampled_from([0, 10, 30, 90])


class PlannedSlot(NamedTuple):
    """A slot in minutes from the evening on. Midnight comes after 180."""

    start: int
    end: int
    free: int

    @property
    def day(self):
        return self.start // 180 > 0


@pytest.fixture
def family(reference_data):
    return make_household(3)


def plan(drawn):
    """Return the slots as they are for the family, with the seats that it may take."""
    starts = accumulate(minutes for minutes, *_ in drawn)
    return [
        PlannedSlot(start, start + length, 0 if kind in ("closed", "full", "current", "live hold") else seats)
        for start, (_, length, seats, kind) in zip(starts, drawn, strict=True)
    ]


def find_by_brute_force(slots, *, people, gap):
    """Return the starts of the run from each slot, or nothing where the seats do not suffice."""
    runs = {}
    for first in slots:
        run = [first]
        while first.free and sum(slot.free for slot in run) < people:
            last = run[-1]
            after = [
                slot
                for slot in slots
                if slot.free and slot.day == first.day and 0 <= slot.start - last.end <= gap
            ]
            if not after:
                break
            run.append(min(after))
        if first.free and sum(slot.free for slot in run) >= people:
            runs[first.start] = tuple(slot.start for slot in run)
    return runs


def create(family, evening, drawn, planned):
    """Create the rows of the planned slots."""
    site, rows = family[0].slot.site, []
    for (_, _, seats, kind), slot in zip(drawn, planned, strict=True):
        held = kind in ("expired hold", "live hold")
        row = SlotFactory(
            site=site,
            starts_at=evening + slot.start * MINUTE,
            ends_at=evening + slot.end * MINUTE,
            capacity=seats,
            taken=seats if kind == "full" else seats - 1 if held else 0,
            closed_at=database_now() if kind == "closed" else None,
        )
        if kind == "current":
            Appointment.objects.filter(pk=family[0].pk).update(slot=row)
            family[0].refresh_from_db()
        if held:
            ReservedSeatFactory(slot=row, expired=kind == "expired hold")
        rows.append(row)
    return rows


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=slots_of_a_day, gap=gaps)
def test_the_search_and_the_hold_choose_the_run_that_brute_force_chooses(family, drawn, gap):
    drawn = only_one_current(drawn)
    account, site = family[0].series.person.case.requestor, family[0].slot.site
    evening = (database_now() + timedelta(days=12)).astimezone(site.zone)
    evening = evening.replace(hour=LATE_IN_THE_EVENING, minute=0, second=0, microsecond=0)
    planned = plan(drawn)
    # Seats that an expired hold frees were taken before it.
    planned = [
        slot._replace(free=1) if kind == "expired hold" else slot
        for slot, (*_, kind) in zip(planned, drawn, strict=True)
    ]
    expected = find_by_brute_force(planned, people=3, gap=gap)

    with transaction.atomic():
        PolicyVersionFactory(effective_at=database_now(), group_gap=gap * MINUTE)
        rows = create(family, evening, drawn, planned)
        assert list_offered(family, evening) == expected
        for row, slot in zip(rows, planned, strict=True):
            assert hold_and_release(account, family, row, evening) == expected.get(slot.start)
        transaction.set_rollback(True)
    family[0].refresh_from_db()


def only_one_current(drawn):
    """Keep the first current appointment of the first person; further ones are plain slots."""
    seen, kept = False, []
    for *slot, kind in drawn:
        kept.append((*slot, "open" if seen and kind == "current" else kind))
        seen = seen or kind == "current"
    return kept


def list_offered(family, evening):
    wanted = {"appointments": family, "rules": get_rules(form_type_ids=[])}
    openings = count_openings(site=family[0].slot.site, **wanted)
    found = {}
    for on in dict.fromkeys(count.on for count in openings.counts):
        times = list_times(site=family[0].slot.site, on=on, **wanted)
        assert len(times) == sum(count.openings for count in openings.counts if count.on == on)
        for time in times:
            starts = tuple((start - evening) // MINUTE for start in time.starts)
            found[starts[0]] = starts
    return found


def hold_and_release(account, family, first, evening):
    """Return the starts of the slots that a hold takes, or None if it is refused."""
    try:
        with transaction.atomic(), acts.tried_once():
            held = acts.hold_together(
                account=account,
                appointments=family,
                first=Slot.objects.select_related("site").get(pk=first.pk),
            )
            starts = [(seat.slot.starts_at - evening) // MINUTE for seat in acts.seats_of(held)]
            transaction.set_rollback(True)
    except SeatRefused:
        return None
    return tuple(dict.fromkeys(starts))
