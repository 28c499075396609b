"""Create families of an adoption case with appointments in one slot, and adjacent slots."""

from datetime import timedelta

from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory
from tests.factories.appointments import (
    AppointmentFactory,
    SeriesFactory,
    SiteFactory,
    SlotFactory,
)
from tests.factories.texts import WORDS

ROLES = ["petitioner", "spouse", "household_member"]


def make_household(size, **case_fields):
    """Return scheduled appointments of one adoption case, in the order of their keys."""
    case = CaseFactory(adoption=True, **case_fields)
    slot = SlotFactory(site=SiteFactory(), capacity=size, ahead=timedelta(days=9))
    appointments = []
    for number in range(size):
        person = PersonFactory(case=case, name=WORDS["member"].format(number), role=ROLES[min(number, 2)])
        slot.refresh_from_db()
        appointments.append(AppointmentFactory(series=SeriesFactory(person=person), slot=slot))
    return appointments


def adjacent_slots(site, *, seats, first=timedelta(days=12)):
    """Create half-hour slots from 9 AM at the site, with these numbers of seats."""
    day = (database_now() + first).astimezone(site.zone)
    start = day.replace(hour=9, minute=0, second=0, microsecond=0)
    return [
        SlotFactory(
            site=site,
            starts_at=start + timedelta(minutes=30 * number),
            ends_at=start + timedelta(minutes=30 * (number + 1)),
            capacity=capacity,
        )
        for number, capacity in enumerate(seats)
    ]
