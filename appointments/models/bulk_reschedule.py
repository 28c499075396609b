"""Bulk reschedules: a representative reschedules several appointments. They survive a sign-out."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from accounts.models import User
from appointments.models.appointment import Appointment
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class BulkRescheduleQuerySet(models.QuerySet["BulkReschedule"]):
    def with_item_count(self) -> "BulkRescheduleQuerySet":
        """Add `item_count`, and leave out the bulk reschedules without items."""
        return self.annotate(item_count=Count("items")).filter(item_count__gt=0)


class BulkReschedule(PublicModel):
    """The appointments that an account selected. Open until confirmed; an account has at most one open.

    As in the journey for one person, reasons are drafts, seats are reservations and results are reschedules.
    """

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bulk_reschedules")
    started_at = models.DateTimeField(db_default=DatabaseNow())
    finished_at = models.DateTimeField(null=True, blank=True)

    items: "RelatedManager[BulkItem]"

    objects = BulkRescheduleQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(finished_at=None), name="bulk_one_open_per_account"
            ),
        ]

    def __str__(self) -> str:
        return f"bulk reschedule {self.public_id}"


class BulkItem(models.Model):
    """One appointment of a bulk reschedule, in the order of selection, with its outcome."""

    class Outcome(models.TextChoices):
        OPEN = ""
        RESCHEDULED = "rescheduled"
        REFUSED = "refused"
        NO_TIME = "no_time"
        HOLD_ENDED = "hold_ended"
        SEAT_REFUSED = "seat_refused"
        NO_REASON = "no_reason"
        NOT_YOURS = "not_yours"
        BUSY = "busy"

    bulk = models.ForeignKey(BulkReschedule, on_delete=models.CASCADE, related_name="items")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="items")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default=Outcome.OPEN)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "appointment"], name="bulk_item_one_per_appointment"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        "",
                        "rescheduled",
                        "refused",
                        "no_time",
                        "hold_ended",
                        "seat_refused",
                        "no_reason",
                        "not_yours",
                        "busy",
                    ]
                ),
                name="bulk_item_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"bulk item {self.pk}"
