"""Form types, and the dated rows that say from when each can be rescheduled online."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.models.contact import ContactRoute
from policy.models.source import SourcedRule
from portal.foundation.bilingual import choose_language
from portal.foundation.clock import DatabaseNow


class FormType(models.Model):
    """One kind of benefit request, such as I-600A."""

    code = models.CharField(max_length=12, unique=True)
    title_en = models.CharField(max_length=200)
    title_es = models.CharField(max_length=200)
    is_adoption = models.BooleanField(default=False)
    contact_route = models.ForeignKey(ContactRoute, on_delete=models.PROTECT, related_name="form_types")

    class Meta:
        verbose_name = _("form type")
        verbose_name_plural = _("form types")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return choose_language(en=self.title_en, es=self.title_es)


class FormTypeVersionQuerySet(models.QuerySet["FormTypeVersion"]):
    def in_force(self) -> "FormTypeVersionQuerySet":
        """Return the newest version of each form type that has begun."""
        return (
            self.filter(effective_at__lte=DatabaseNow())
            .order_by("form_type_id", "-effective_at")
            .distinct("form_type_id")
        )


@pghistory.track()
class FormTypeVersion(SourcedRule):
    """From when a form type can be rescheduled online. A new row supersedes; old rows stay."""

    form_type = models.ForeignKey(
        FormType, on_delete=models.PROTECT, related_name="versions", verbose_name=_("Form")
    )
    effective_at = models.DateTimeField(_("Applies from"))
    online_from = models.DateTimeField(
        _("Online rescheduling begins"),
        null=True,
        blank=True,
        help_text=_("If empty, appointments for this form cannot be rescheduled online."),
    )
    scheduled_from = models.DateTimeField(
        _("Only appointments made on or after"),
        null=True,
        blank=True,
        help_text=_("Appointments made before this time cannot be rescheduled online."),
    )
    is_verified = models.BooleanField(pgettext_lazy("version", "Verified"), default=False)

    objects = FormTypeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("form-type version")
        verbose_name_plural = _("form-type versions")
        ordering = ["form_type_id", "-effective_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["form_type", "effective_at"], name="form_type_version_one_per_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_type_id}, {self.effective_at:%Y-%m-%d}"
