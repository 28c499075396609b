"""Representative passcodes: a client gives one to an attorney instead of their own access code."""

from django.db import models
from django.db.models import F, Q

from accounts.models.case import Case
from accounts.models.representation import Representation
from accounts.models.user import User
from portal.foundation.clock import DatabaseNow


class RepresentativePasscode(models.Model):
    """Lets a representative request to represent on the case: 90 days, one use, stored as a keyed hash."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="representative_passcodes")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(db_default=DatabaseNow())
    issued_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="issued_passcodes",
        help_text="The client, or the staff member who had the paper Form G-28.",
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    representation = models.OneToOneField(
        Representation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="passcode",
        help_text="The representation that was created with it.",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, representation=None)
                | Q(used_at__isnull=False, representation__isnull=False),
                name="passcode_used_for_a_representation",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="passcode_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"passcode {self.pk}"
