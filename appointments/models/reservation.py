"""Reservations: seats that one account holds for a few minutes, for one person or for several."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from appointments.models.appointment import Appointment
from appointments.models.slot import Slot
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Reservation(PublicModel):
    """One held time of one account. All its seats are confirmed, released or expired together.

    It is live while it is HELD and its `expires_at` is in the future by the database clock. Ended rows are
    kept: they answer a repeated click, and the hourly limit counts them.
    """

    class State(models.TextChoices):
        HELD = "held"
        CONFIRMED = "confirmed"
        RELEASED = "released"
        EXPIRED = "expired"

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reservations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    made_at = models.DateTimeField(db_default=DatabaseNow())
    expires_at = models.DateTimeField()
    ceiling_at = models.DateTimeField(help_text="The latest instant to which it can be extended.")
    ended_at = models.DateTimeField(null=True, blank=True)

    seats: "RelatedManager[ReservedSeat]"

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", ended_at=None)
                | Q(state__in=["confirmed", "released", "expired"], ended_at__isnull=False),
                name="reservation_ended_at_with_state",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("ceiling_at"), expires_at__gte=F("made_at")),
                name="reservation_expires_before_its_ceiling",
            ),
        ]
        indexes = [models.Index(fields=["account", "made_at"], name="reservation_by_account")]

    def __str__(self) -> str:
        return f"reservation {self.public_id}"

    def is_live(self, now: datetime) -> bool:
        """Return whether the seats are still held at `now`, an instant of the database clock."""
        return self.state == self.State.HELD and now < self.expires_at


class ReservedSeat(models.Model):
    """One seat of a reservation: for whose appointment, and on which slot.

    `held_until` repeats the reservation's `expires_at` for as long as the slot's counter includes the seat,
    and is null from then on. So the two questions that are asked most, which seats of a slot have expired and
    whether an appointment has a seat already, are answered by one index each, without the reservation. A seat
    counts until someone expires it under the lock of its slot, also after `held_until` has passed.
    """

    # The constraint below has the index.
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reserved_seats")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="reserved_seats")
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(held_until__isnull=False),
                name="reserved_seat_one_held_per_appointment",
            ),
            models.UniqueConstraint(
                fields=["reservation", "appointment"],
                name="reserved_seat_once_per_reservation",
            ),
        ]
        indexes = [
            models.Index(
                fields=["slot", "held_until"],
                condition=Q(held_until__isnull=False),
                name="reserved_seat_held_by_slot",
            ),
            models.Index(
                fields=["held_until"],
                condition=Q(held_until__isnull=False),
                name="reserved_seat_held_by_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"reserved seat {self.pk}"

    def is_live(self, now: datetime) -> bool:
        """Return whether the seat is still held at `now`, an instant of the database clock."""
        return self.held_until is not None and now < self.held_until
