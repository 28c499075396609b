"""Who may represent: the papers of an attorney or accredited representative, and what staff decided."""

from datetime import date, datetime
from enum import StrEnum

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.user import User
from portal.foundation.clock import AgencyToday


class RepresentativeProfileQuerySet(models.QuerySet["RepresentativeProfile"]):
    def at_stage(self, stage: str) -> "RepresentativeProfileQuerySet":
        """Applications at this stage."""
        is_verified = stage == RepresentativeProfile.Stage.VERIFIED
        is_refused = stage == RepresentativeProfile.Stage.REFUSED
        return self.filter(verified_at__isnull=not is_verified, refused_at__isnull=not is_refused)

    def in_good_standing(self) -> "RepresentativeProfileQuerySet":
        """Those who may represent someone today: verified, active, the accreditation not ended."""
        return self.filter(good_standing(""))

    def with_ended_verification(self, *, on: date) -> "RepresentativeProfileQuerySet":
        """Those who are not verified, or whose accreditation ended before that day of the agency."""
        return self.filter(Q(accreditation_expires_on__lt=on) | Q(verified_at=None))


def good_standing(path: str) -> Q:
    """The condition on a representative's profile, reached by `path`, under which the account may represent.

    An accreditation ends with its last day, at midnight in the agency's zone.
    """
    return Q(
        Q(**{f"{path}accreditation_expires_on": None})
        | Q(**{f"{path}accreditation_expires_on__gte": AgencyToday()}),
        **{f"{path}verified_at__isnull": False, f"{path}user__is_active": True},
    )


@pghistory.track()
class RepresentativeProfile(models.Model):
    """What makes an account a representative's: bar membership, or an accreditation that expires.

    The account gives the papers, staff verify them. Until then nobody can be represented.
    """

    class Kind(models.TextChoices):
        ATTORNEY = "attorney", _("Attorney")
        ACCREDITED = "accredited", _("Accredited representative")

    class Accreditation(models.TextChoices):
        PARTIAL = "partial", _("Partial: before the Department of Homeland Security only")
        FULL = "full", _("Full: before the Department of Homeland Security and the immigration courts")

    class Stage(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        VERIFIED = "verified", pgettext_lazy("application", "Verified")
        REFUSED = "refused", pgettext_lazy("application", "Rejected")

    class Refusal(models.TextChoices):
        NOT_FOUND = "not_found", _("We couldn’t find this license or accreditation")
        NOT_ACTIVE = "not_active", _("The license or accreditation is not active")
        NOT_RECOGNIZED = "not_recognized", _("The organization is not recognized")
        UNCLEAR = "unclear", _("The details don’t clearly identify the person")

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="representative_profile", verbose_name=_("Account")
    )
    kind = models.CharField(_("Type of representative"), max_length=12, choices=Kind.choices)
    bar_state = models.CharField(
        _("State of license"),
        max_length=2,
        blank=True,
        help_text="State or territory whose authority licensed the attorney.",
    )
    bar_number = models.CharField(_("Bar or license number"), max_length=40, blank=True)
    organization = models.CharField(_("Recognized organization"), max_length=200, blank=True)
    accreditation = models.CharField(
        _("Accreditation"), max_length=10, choices=Accreditation.choices, blank=True
    )
    accreditation_expires_on = models.DateField(
        _("Last day of accreditation"),
        null=True,
        blank=True,
        help_text="Last day on which the accreditation holds, in the agency's zone.",
    )
    submitted_at = models.DateTimeField(
        _("Submitted on"),
        null=True,
        blank=True,
        help_text="When the papers were last given; empty: entered before one applied.",
    )
    verified_at = models.DateTimeField(_("Verified on"), null=True, blank=True)
    refused_at = models.DateTimeField(_("Rejected on"), null=True, blank=True)
    refusal = models.CharField(_("Reason for rejection"), max_length=20, choices=Refusal.choices, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decided_applications",
        verbose_name=_("Decided by"),
    )
    verification_ended_at = models.DateTimeField(
        _("Verification ended on"),
        null=True,
        blank=True,
        help_text="When staff took a verification back; kept until the account is verified again.",
    )

    objects = RepresentativeProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(verified_at=None), name="representative_not_verified"),
            models.Index(
                fields=["accreditation_expires_on"],
                condition=Q(accreditation_expires_on__isnull=False),
                name="representative_accreditation",
            ),
            GinIndex(
                OpClass(Upper("bar_number"), name="gin_trgm_ops"),
                OpClass(Upper("organization"), name="gin_trgm_ops"),
                name="representative_papers_trigrams",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="attorney", accreditation_expires_on=None)
                | Q(kind="accredited", accreditation_expires_on__isnull=False),
                name="representative_accreditation_with_kind",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None)
                | (Q(kind="attorney", accreditation="") & ~Q(bar_state="") & ~Q(bar_number=""))
                | (Q(kind="accredited", accreditation__in=["partial", "full"]) & ~Q(organization="")),
                name="representative_papers_with_kind",
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None, refusal="") | (Q(refused_at__isnull=False) & ~Q(refusal="")),
                name="representative_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(refused_at=None), name="representative_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(verification_ended_at=None),
                name="representative_ended_is_not_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"representative {self.user_id}"

    @property
    def stage(self) -> Stage:
        """Where the application stands."""
        if self.verified_at is not None:
            return self.Stage.VERIFIED
        return self.Stage.WAITING if self.refused_at is None else self.Stage.REFUSED

    @property
    def in_standing_since(self) -> datetime | None:
        """The instant of the present stage; None for papers that were entered before one applied."""
        return self.verified_at or self.refused_at or self.submitted_at

    @property
    def is_cancelled(self) -> bool:
        """Whether it stands as refused because staff took the verification back, not new papers refused."""
        return self.refused_at is not None and self.refused_at == self.verification_ended_at


class ApplicationAct(StrEnum):
    """What may be done to an application: the first two by its account, the others by staff."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    REFUSE = "refuse"
    EXTEND = "extend"
    END = "end"


# What may be done at which stage. Giving papers that were refused once more makes them wait again.
STAGES_FOR: dict[ApplicationAct, frozenset[RepresentativeProfile.Stage]] = {
    ApplicationAct.SUBMIT: frozenset(
        {RepresentativeProfile.Stage.WAITING, RepresentativeProfile.Stage.REFUSED}
    ),
    ApplicationAct.WITHDRAW: frozenset(
        {RepresentativeProfile.Stage.WAITING, RepresentativeProfile.Stage.REFUSED}
    ),
    ApplicationAct.VERIFY: frozenset({RepresentativeProfile.Stage.WAITING}),
    ApplicationAct.REFUSE: frozenset({RepresentativeProfile.Stage.WAITING}),
    ApplicationAct.EXTEND: frozenset({RepresentativeProfile.Stage.VERIFIED}),
    ApplicationAct.END: frozenset({RepresentativeProfile.Stage.VERIFIED}),
}
