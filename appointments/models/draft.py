"""Drafts: reasons stated so far. They survive an expired reservation, a closed browser and a sign-out."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from accounts.models import User
from appointments.models.appointment import Appointment
from policy.models import GoodCauseReason
from policy.models.good_cause import EXPLANATION_MAX_LENGTH
from portal.foundation.clock import DatabaseNow


class RescheduleDraft(models.Model):
    """One account's reason to reschedule one appointment, until it is rescheduled."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="drafts")
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reschedule_drafts")
    reason = models.ForeignKey(GoodCauseReason, on_delete=models.PROTECT, related_name="+")
    explanation = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="The staff note about a call. Empty for the public.")
    updated_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "account"], name="draft_one_per_appointment_and_account"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("explanation"), EXPLANATION_MAX_LENGTH),
                name="draft_explanation_length",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
