"""Records of caseload downloads: who, when, and how many rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portal.foundation.clock import DatabaseNow


class CaseloadExport(models.Model):
    """One file that a representative downloaded. Written before the first line is sent; never changed."""

    class Kind(models.TextChoices):
        CASELOAD = "caseload", _("Caseload (CSV)")
        RESULT = "result", _("Result of a bulk reschedule (CSV)")
        NOTICES = "notices", _("Notices of a bulk reschedule (PDF)")

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="caseload_exports")
    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.CASELOAD, db_default=Kind.CASELOAD.value
    )
    row_count = models.PositiveIntegerField()
    exported_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        verbose_name = _("caseload export")
        verbose_name_plural = _("caseload exports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["caseload", "result", "notices"]),
                name="caseload_export_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"
