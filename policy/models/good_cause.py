"""Good cause: the dated reasons, and what people stated."""

from datetime import datetime

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from portal.foundation.bilingual import choose_language
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

EXPLANATION_MAX_LENGTH = 2000


class GoodCauseReasonQuerySet(models.QuerySet["GoodCauseReason"]):
    def in_force(self) -> "GoodCauseReasonQuerySet":
        """Return the reasons that people can choose now, in the order of the form."""
        now = DatabaseNow()
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now), effective_at__lte=now).order_by(
            "position", "id"
        )


_TIME_IN_FORCE = models.Func(
    "effective_at", "ended_at", function="TSTZRANGE", output_field=DateTimeRangeField()
)


@pghistory.track()
class GoodCauseReason(models.Model):
    """One reason for being unable to appear, in both languages, in force for a time."""

    code = models.CharField(_("Code"), max_length=40)
    text_en = models.CharField(_("Text in English"), max_length=300)
    text_es = models.CharField(_("Text in Spanish"), max_length=300)
    requires_explanation = models.BooleanField(_("Requires an explanation"), default=False)
    position = models.PositiveSmallIntegerField(_("Position in the list"))
    effective_at = models.DateTimeField(_("Applies from"))
    ended_at = models.DateTimeField(_("Ends"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=300)

    objects = GoodCauseReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_at"], name="reason_one_per_instant"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=F("effective_at")),
                name="reason_ends_after_it_begins",
            ),
            # The form identifies reasons by their code, so two in force at once cannot share one.
            ExclusionConstraint(
                name="reason_one_of_a_code_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (_TIME_IN_FORCE, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another reason with this code is in force during that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return choose_language(en=self.text_en, es=self.text_es)

    def is_in_force(self, now: datetime) -> bool:
        """Return whether people can give the reason at `now`, an instant of the database's clock."""
        return self.effective_at <= now and (self.ended_at is None or now < self.ended_at)


class GoodCauseStatement(PublicModel):
    """What a person stated as good cause. Rows never change: a correction refers to the first row."""

    reason = models.ForeignKey(GoodCauseReason, on_delete=models.PROTECT, related_name="statements")
    explanation = models.TextField(blank=True)
    stated_at = models.DateTimeField(db_default=DatabaseNow())
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        ordering = ["stated_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("explanation"), EXPLANATION_MAX_LENGTH),
                name="statement_explanation_length",
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.public_id}"
