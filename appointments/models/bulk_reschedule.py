"""Sittings: a representative moves several appointments, picked together. They survive a sign-out."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from accounts.models import User
from appointments.models.appointment import Appointment
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class SittingQuerySet(models.QuerySet["Sitting"]):
    def with_pick_count(self) -> "SittingQuerySet":
        """With `pick_count`; those with nothing picked are left out."""
        return self.annotate(pick_count=Count("picks")).filter(pick_count__gt=0)


class Sitting(PublicModel):
    """What one account has picked to move. Open until it is confirmed; an account has at most one open.

    Reasons stand in drafts, seats in holds and results in moves, as for every other move.
    """

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sittings")
    started_at = models.DateTimeField(db_default=DatabaseNow())
    finished_at = models.DateTimeField(null=True, blank=True)

    picks: "RelatedManager[Pick]"

    objects = SittingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(finished_at=None), name="sitting_one_open_per_account"
            ),
        ]

    def __str__(self) -> str:
        return f"sitting {self.public_id}"


class Pick(models.Model):
    """One appointment of a sitting, in the order in which it was picked, and how it ended."""

    class Outcome(models.TextChoices):
        OPEN = ""
        MOVED = "moved"
        REFUSED = "refused"
        NO_TIME = "no_time"
        HOLD_ENDED = "hold_ended"
        SEAT_REFUSED = "seat_refused"
        NO_REASON = "no_reason"
        NOT_YOURS = "not_yours"
        BUSY = "busy"

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="picks")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="picks")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default=Outcome.OPEN)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "appointment"], name="pick_once_in_a_sitting"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        "",
                        "moved",
                        "refused",
                        "no_time",
                        "hold_ended",
                        "seat_refused",
                        "no_reason",
                        "not_yours",
                        "busy",
                    ]
                ),
                name="pick_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"pick {self.pk}"
