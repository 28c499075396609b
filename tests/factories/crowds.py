"""Create hundreds of people with one appointment each in a few statements."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Case, Person, User
from appointments.models import Appointment, AppointmentSeries, RescheduleDraft, Slot
from policy.models import FormType
from portal.foundation.clock import database_now
from tests.factories.appointments import SiteFactory, SlotFactory
from tests.factories.policy import reason


@dataclass(frozen=True, slots=True)
class Client:
    """One requestor, the scheduled appointment, and the draft with the reason for rescheduling it."""

    account: User
    appointment: Appointment


def make_crowd(size: int, *, first_number: int = 0) -> list[Client]:
    """Create requestors with appointments in one large slot, who can reschedule and have stated a reason.

    A second crowd in the same test needs another `first_number`.
    """
    numbers = range(first_number, first_number + size)
    here = SlotFactory(capacity=size, taken=size, ahead=timedelta(days=4))
    accounts = User.objects.bulk_create(
        User(email=f"client{number}@example.org", name=f"Client {number}", password="!") for number in numbers
    )
    form_type = FormType.objects.get(code="I-485")
    cases = Case.objects.bulk_create(
        Case(
            receipt_number=f"CRW{number:010d}",
            form_type=form_type,
            filing_channel="online",
            requestor=account,
        )
        for number, account in zip(numbers, accounts, strict=True)
    )
    people = Person.objects.bulk_create(
        Person(case=case, name=case.requestor.name, role=Person.Role.APPLICANT) for case in cases
    )
    series_list = AppointmentSeries.objects.bulk_create(AppointmentSeries(person=person) for person in people)
    made_at = database_now() - timedelta(days=20)
    appointments = Appointment.objects.bulk_create(
        Appointment(series=series, slot=here, scheduled_at=made_at, status_changed_at=made_at)
        for series in series_list
    )
    travel = reason()
    RescheduleDraft.objects.bulk_create(
        RescheduleDraft(appointment=appointment, account=account, reason=travel)
        for appointment, account in zip(appointments, accounts, strict=True)
    )
    return [Client(*pair) for pair in zip(accounts, appointments, strict=True)]


def make_slots(number: int, *, capacity: int = 1) -> list[Slot]:
    """Create empty slots of one site, an hour apart, that the crowd can choose."""
    site = SiteFactory()
    starts = database_now() + timedelta(days=6)
    return Slot.objects.bulk_create(
        Slot(
            site=site,
            starts_at=starts + timedelta(hours=hour),
            ends_at=starts + timedelta(hours=hour, minutes=30),
            capacity=capacity,
        )
        for hour in range(number)
    )
