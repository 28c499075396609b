"""What the journeys start from: committed rows that the web server sees."""

from datetime import timedelta

from appointments.models import Slot
from portal.foundation.clock import database_now
from tests.factories.accounts import CaseFactory, PersonFactory, UserFactory
from tests.factories.appointments import (
    AppointmentFactory,
    SeriesFactory,
    SiteFactory,
    SlotFactory,
)


def appointment_of(user, *, ahead=timedelta(days=9), **fields):
    """A standing appointment of the account, at a site of its own."""
    case = CaseFactory(requestor=user)
    series = SeriesFactory(person=PersonFactory(case=case, name=user.name if user else "Someone"))
    site = SiteFactory(name=f"Center {case.pk}")
    return AppointmentFactory(series=series, slot=SlotFactory(site=site, ahead=ahead), **fields)


def free_slots(site, *, count=6, first=timedelta(days=12), seats=1):
    """Free slots of the site, forty minutes apart, all in the working hours of one day."""
    day = (database_now() + first).astimezone(site.zone)
    start = day.replace(hour=9, minute=0, second=0, microsecond=0)
    return [
        SlotFactory(
            site=site,
            starts_at=start + timedelta(minutes=40 * number),
            ends_at=start + timedelta(minutes=40 * number + 30),
            capacity=seats,
        )
        for number in range(count)
    ]


def applicant_with_times(**user_fields):
    """(account, appointment, free slots)"""
    user = UserFactory(**user_fields)
    appointment = appointment_of(user)
    return user, appointment, free_slots(appointment.slot.site)


def fill(slot: Slot):
    """Someone else takes the last seat."""
    series = SeriesFactory(person=PersonFactory())
    AppointmentFactory(series=series, slot=slot)
