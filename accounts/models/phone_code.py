"""Codes that are texted to a phone number to confirm it."""

from django.db import models
from django.db.models import F, Q

from accounts.models.user import PHONE_PATTERN, User
from portal.foundation.clock import DatabaseNow

MAX_PHONE_CODE_ATTEMPTS = 5


class PhoneCode(models.Model):
    """A 6-digit code, stored as a keyed hash. The limits on sending count these rows."""

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="phone_codes")
    phone = models.CharField(max_length=16)
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=DatabaseNow())
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["account", "made_at"], name="phone_code_by_account"),
            models.Index(fields=["phone", "made_at"], name="phone_code_by_phone"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(phone__regex=PHONE_PATTERN), name="phone_code_in_e164"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="phone_code_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(failures__lte=MAX_PHONE_CODE_ATTEMPTS), name="phone_code_tries_end"
            ),
        ]

    def __str__(self) -> str:
        return f"phone code {self.pk}"
