"""The review names another appointment of the account within hours at another site."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Representation
from appointments.models import Appointment
from tests.appointments.booking import acts
from tests.factories.accounts import CaseFactory, PersonFactory, RepresentationFactory
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.factories.policy import reason

pytestmark = pytest.mark.usefixtures("db", "reference_data")


def other_appointment(owner, slot, **fields):
    """Give the account another case with an appointment in that slot."""
    person = PersonFactory(case=CaseFactory(requestor=owner))
    return AppointmentFactory(series=SeriesFactory(person=person), slot=slot, **fields)


@pytest.fixture
def held():
    """An appointment, and another time held for it. Return the account and the reserved seat."""
    appointment = AppointmentFactory()
    account = appointment.case.requestor
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    return account, acts.hold(account=account, appointment=appointment, slot=SlotFactory())


def review(client, account, reservation):
    client.force_login(account)
    return client.get(reverse("appointments:review", args=[reservation.public_id])).content.decode()


def slot_near(reservation, **distance):
    starts_at = acts.seat_of(reservation).slot.starts_at + timedelta(**distance)
    return SlotFactory(starts_at=starts_at)


@pytest.mark.parametrize("distance", [{"hours": -3}, {"hours": 0}, {"hours": 3}])
def test_names_an_appointment_within_hours_at_another_site(client, held, distance):
    account, reservation = held
    other = other_appointment(account, slot_near(reservation, **distance))

    page = review(client, account, reservation)

    assert f"You also have an appointment at {other.slot.site.name}" in page


@pytest.mark.parametrize("distance", [{"hours": -4}, {"hours": 4}, {"days": 1}])
def test_names_none_that_is_hours_away(client, held, distance):
    account, reservation = held
    other_appointment(account, slot_near(reservation, **distance))

    assert "You also have" not in review(client, account, reservation)


def test_names_none_at_the_same_site_of_others_or_ended(client, held):
    account, reservation = held
    slot = acts.seat_of(reservation).slot
    other_appointment(account, SlotFactory(site=slot.site, starts_at=slot.starts_at + timedelta(hours=1)))
    AppointmentFactory(slot=slot_near(reservation, hours=1))
    ended = other_appointment(account, slot_near(reservation, hours=2))
    Appointment.objects.filter(pk=ended.pk).update(status="attended")

    assert "You also have" not in review(client, account, reservation)


def test_a_representative_sees_no_appointment_of_other_clients(client, held):
    account, reservation = held
    representation = RepresentationFactory(case=acts.seat_of(reservation).appointment.case)
    other_appointment(account, slot_near(reservation, hours=1))
    attorney = representation.representative
    assert Representation.objects.in_force().exists()
    acts.release(account=account, reservation=reservation)
    appointment = acts.seat_of(reservation).appointment
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    own = acts.hold(account=attorney, appointment=appointment, slot=acts.seat_of(reservation).slot)

    assert "You also have" not in review(client, attorney, own)
