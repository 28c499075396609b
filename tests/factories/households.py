"""Families of an adoption case who stand in one slot, and slots that follow each other without a gap."""

from datetime import timedelta

from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory
from tests.factories.appointments import AppointmentFactory, ChainFactory, SiteFactory, SlotFactory
from tests.factories.words import WORDS

ROLES = ["petitioner", "spouse", "household_member"]


def make_household(size, **case_fields):
    """Their standing appointments, in the order of their keys. The case is of an adoption form."""
    case = CaseFactory(adoption=True, **case_fields)
    slot = SlotFactory(site=SiteFactory(), capacity=size, ahead=timedelta(days=9))
    appointments = []
    for number in range(size):
        person = PersonFactory(case=case, name=WORDS["member"].format(number), role=ROLES[min(number, 2)])
        slot.refresh_from_db()
        appointments.append(AppointmentFactory(series=ChainFactory(person=person), slot=slot))
    return appointments


def adjacent_slots(site, *, seats, first=timedelta(days=12)):
    """Half-hour slots from nine in the morning at the site, with so many seats each."""
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
