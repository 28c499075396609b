"""Deliveries of the scheduler of record, and the rows on which the scheduler and the portal disagree."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models.appointment import Appointment
from appointments.models.slot import Slot
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class Delivery(PublicModel):
    """One delivery that was loaded completely. `digest` identifies a delivery that comes twice."""

    as_of = models.DateTimeField(help_text="The instant of the scheduler's state that it delivers.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 over its files.")
    loaded_at = models.DateTimeField(db_default=DatabaseNow())
    counts = models.JSONField(default=dict, help_text="Number of rows by result.")

    class Meta:
        ordering = ["-as_of", "-id"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"delivery as of {self.as_of:%Y-%m-%d %H:%M} UTC"


class DeliveryConflict(PublicModel):
    """One row that was not applied, because the portal has something newer. Staff settle it."""

    class Kind(models.TextChoices):
        BEHIND = "behind", _("The scheduler does not have our reschedule yet")
        RESCHEDULED_APART = (
            "rescheduled_apart",
            _("The scheduler and this portal rescheduled it to different times"),
        )
        ENDED_APART = "ended_apart", _("The scheduler ended an appointment that was rescheduled here since")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="conflicts")
    appointment = models.ForeignKey(
        Appointment,
        on_delete=models.PROTECT,
        related_name="delivery_conflicts",
        help_text="The appointment as the portal has it.",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    line = models.PositiveIntegerField(help_text="In the delivery's appointments.csv.")
    scheduler_reference = models.CharField(max_length=40)
    delivered_slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    delivered_status = models.CharField(max_length=12)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="settled_conflicts"
    )
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("conflict with the scheduler")
        verbose_name_plural = _("conflicts with the scheduler")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "scheduler_reference"], name="conflict_one_per_delivery_and_reference"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["behind", "rescheduled_apart", "ended_apart"]),
                name="conflict_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False),
                name="conflict_settled_by_with_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(settled_at=None), name="conflict_unsettled"),
        ]

    def __str__(self) -> str:
        return f"conflict {self.public_id}"
