"""Holds: a seat kept for one account for a few minutes. Lapsing is a predicate, never a job."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from appointments.models.appointment import Appointment
from appointments.models.slot import Slot
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class Hold(PublicModel):
    """A row in state HELD takes a seat of its slot until someone reaps it, also after it lapsed.

    A hold is live while it is HELD and its `expires_at` is ahead of the database's clock. Ended rows
    stay: they answer a repeated click and count the holds made within an hour. The holds of a household
    share `household`, begin and lapse at one instant, and are confirmed, released or lost together.
    """

    class State(models.TextChoices):
        HELD = "held"
        CONFIRMED = "confirmed"
        RELEASED = "released"
        EXPIRED = "expired"

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="holds")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="holds")
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holds")
    household = models.UUIDField(
        null=True, blank=True, help_text="The same for all seats that one household took together."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    made_at = models.DateTimeField(db_default=DatabaseNow())
    expires_at = models.DateTimeField()
    ceiling_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state="held"), name="hold_one_per_appointment"
            ),
            models.CheckConstraint(
                condition=Q(state="held", ended_at=None)
                | Q(state__in=["confirmed", "released", "expired"], ended_at__isnull=False),
                name="hold_ended_at_with_state",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("ceiling_at"), expires_at__gte=F("made_at")),
                name="hold_expires_before_its_ceiling",
            ),
        ]
        indexes = [
            models.Index(fields=["slot", "expires_at"], condition=Q(state="held"), name="hold_held_by_slot"),
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="hold_held_by_expiry"),
            models.Index(fields=["account", "made_at"], name="hold_by_account"),
            models.Index(
                fields=["household"], condition=Q(household__isnull=False), name="hold_by_household"
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.public_id}"

    def is_live(self, now: datetime) -> bool:
        """Whether the seat is still kept at `now`, an instant of the database's clock."""
        return self.state == self.State.HELD and now < self.expires_at
