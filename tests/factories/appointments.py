"""Sites, slots and standing appointments. An appointment takes its seat, as every booking does."""

from datetime import timedelta

import factory

from appointments.models import (
    Appointment,
    AppointmentSeries,
    Delivery,
    DeliveryConflict,
    Reservation,
    ReservedSeat,
    Site,
    Slot,
)
from portal.foundation.clock import database_now
from tests.factories.accounts import PersonFactory, UserFactory


class SiteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Site

    code = factory.Sequence(lambda n: f"S{n}")
    name = factory.Sequence(lambda n: f"Site {n}")
    street = "1 Test Street"
    city = "Phoenix"
    state = "AZ"
    postal_code = "85003"
    tz = "America/Phoenix"


class SlotFactory(factory.django.DjangoModelFactory):
    """`ahead` is the distance of the start from the database's clock."""

    class Meta:
        model = Slot
        exclude = ["ahead"]

    ahead = factory.Sequence(lambda n: timedelta(days=5, minutes=n))
    site = factory.SubFactory(SiteFactory)
    starts_at = factory.LazyAttribute(lambda slot: database_now() + slot.ahead)
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(minutes=30))
    capacity = 1


class SeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AppointmentSeries

    person = factory.SubFactory(PersonFactory)


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    series = factory.SubFactory(SeriesFactory)
    slot = factory.SubFactory(SlotFactory)
    scheduled_at = factory.LazyFunction(lambda: database_now() - timedelta(days=20))

    @factory.post_generation
    def seat(self, create, extracted, **kwargs):
        if self.status == Appointment.Status.SCHEDULED:
            Slot.objects.filter(pk=self.slot_id).update(taken=self.slot.taken + 1)
            self.slot.refresh_from_db()


class ReservationFactory(factory.django.DjangoModelFactory):
    """Without its seats: see `ReservedSeatFactory`."""

    class Meta:
        model = Reservation

    class Params:
        expired = factory.Trait(made_at=factory.LazyFunction(lambda: database_now() - timedelta(minutes=20)))

    account = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(database_now)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + timedelta(minutes=10))
    ceiling_at = factory.LazyAttribute(lambda row: row.made_at + timedelta(minutes=30))


class ReservedSeatFactory(factory.django.DjangoModelFactory):
    """A held seat, counted on its slot. `expired=True` makes one that no act has come across yet."""

    class Meta:
        model = ReservedSeat
        exclude = ["account"]
        skip_postgeneration_save = True

    class Params:
        expired = factory.Trait(reservation__expired=True)

    appointment = factory.SubFactory(AppointmentFactory)
    slot = factory.SubFactory(SlotFactory)
    account = factory.SelfAttribute("appointment.series.person.case.requestor")
    reservation = factory.SubFactory(ReservationFactory, account=factory.SelfAttribute("..account"))
    held_until = factory.SelfAttribute("reservation.expires_at")

    @factory.post_generation
    def seat(self, create, extracted, **kwargs):
        Slot.objects.filter(pk=self.slot_id).update(taken=self.slot.taken + 1)
        self.slot.refresh_from_db()


class DeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delivery

    as_of = factory.LazyFunction(lambda: database_now() - timedelta(hours=3))
    digest = factory.Sequence(lambda n: f"{n:064x}")


class ConflictFactory(factory.django.DjangoModelFactory):
    """The scheduler says another time than the one that stands here."""

    class Meta:
        model = DeliveryConflict

    delivery = factory.SubFactory(DeliveryFactory)
    appointment = factory.SubFactory(AppointmentFactory)
    kind = DeliveryConflict.Kind.RESCHEDULED_APART
    line = factory.Sequence(lambda n: n + 2)
    scheduler_reference = factory.Sequence(lambda n: f"SCH-{n}")
    delivered_slot = factory.SubFactory(SlotFactory)
    delivered_status = Appointment.Status.SCHEDULED
