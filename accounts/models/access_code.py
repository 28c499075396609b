"""Online Access Codes, and the failed attempts that are limited."""

from django.db import models
from django.db.models import F, Q

from accounts.models.case import Case
from accounts.models.user import User
from portal.foundation.clock import DatabaseNow


class AccessCode(models.Model):
    """A mailed code that adds a case to an account: valid for 90 days and one use, stored as a keyed hash."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="access_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(db_default=DatabaseNow())
    issued_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="issued_access_codes",
        help_text="The staff member who issued or entered it. Empty if it came with the case.",
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="used_access_codes"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None) | Q(used_at__isnull=False, used_by__isnull=False),
                name="access_code_used_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="access_code_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"access code {self.pk}"


class FailedAttempt(models.Model):
    """One failed attempt to use a code, counted for the account, and for the account with this number.

    `case` is for the alert to staff only: failures of other accounts never lock a case.
    """

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="failed_attempts")
    receipt_hash = models.CharField(max_length=64)
    case = models.ForeignKey(
        Case,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="failed_attempts",
        db_index=False,
        help_text="The case with this receipt number. Empty if there was none.",
    )
    failed_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["account", "failed_at"], name="failed_attempt_by_account"),
            models.Index(
                fields=["failed_at", "case"], condition=Q(case__isnull=False), name="failed_attempt_on_cases"
            ),
        ]

    def __str__(self) -> str:
        return f"failed attempt {self.pk}"
