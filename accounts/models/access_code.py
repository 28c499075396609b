"""Online Access Codes, and the failures that lock their guessing."""

from django.db import models
from django.db.models import F, Q

from accounts.models.case import Case
from accounts.models.user import User
from portal.foundation.clock import DatabaseNow


class AccessCode(models.Model):
    """The mailed code that links a case to an account: 90 days, one use, kept as a keyed hash only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="access_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(db_default=DatabaseNow())
    issued_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="issued_access_codes",
        help_text="Who of staff issued or entered it; empty: it came with the case.",
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
    """One failed try to add a case, counted per account and per case: a row, so no cache can forget it."""

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="failed_attempts")
    receipt_hash = models.CharField(max_length=64)
    failed_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["account", "failed_at"], name="link_failure_by_account"),
            models.Index(fields=["receipt_hash", "failed_at"], name="link_failure_by_case"),
        ]

    def __str__(self) -> str:
        return f"link failure {self.pk}"
