"""The dated limits: online deadline, cap on reschedules, horizon, holds, and gaps between a group's times."""

from datetime import timedelta

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from policy.models.source import SourcedRule


@pghistory.track()
class PolicyVersion(SourcedRule):
    """All limits that apply from one instant. A new row supersedes the old one, which stays as it is."""

    effective_at = models.DateTimeField(_("Applies from"), unique=True)
    online_cutoff = models.DurationField(_("Online deadline"), default=timedelta(hours=12))
    reschedule_cap = models.PositiveSmallIntegerField(_("Reschedules allowed per person"), default=2)
    horizon = models.DurationField(_("How far in advance people can book"), default=timedelta(days=60))
    hold_length = models.DurationField(_("Length of a hold"), default=timedelta(minutes=10))
    hold_ceiling = models.DurationField(_("Longest hold after extensions"), default=timedelta(minutes=30))
    group_gap = models.DurationField(
        _("Longest gap between the times of a group"),
        default=timedelta(minutes=30),
        db_default=timedelta(minutes=30),
    )
    requestor_live_holds = models.PositiveSmallIntegerField(
        _("Seats an applicant can hold at once"), default=5
    )
    requestor_holds_per_hour = models.PositiveSmallIntegerField(
        _("Holds an applicant can make in an hour"), default=30
    )
    representative_live_holds = models.PositiveSmallIntegerField(
        _("Seats a representative can hold at once"), default=50
    )
    representative_holds_per_hour = models.PositiveSmallIntegerField(
        _("Holds a representative can make in an hour"), default=300
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["-effective_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(online_cutoff__gte=timedelta(0), horizon__gt=F("online_cutoff")),
                name="policy_horizon_beyond_cutoff",
            ),
            models.CheckConstraint(
                condition=Q(hold_length__gt=timedelta(0), hold_ceiling__gte=F("hold_length")),
                name="policy_ceiling_at_least_hold_length",
            ),
            models.CheckConstraint(
                condition=Q(group_gap__gte=timedelta(0)), name="policy_group_gap_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effective_at:%Y-%m-%d %H:%M} UTC"
