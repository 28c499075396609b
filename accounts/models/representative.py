"""Profiles of representatives: license or accreditation, and the decision of staff."""

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
        """Return the profiles at this stage. Verified ones with a new name to verify are waiting too."""
        if stage == RepresentativeProfile.Stage.WAITING:
            return self.filter(Q(verified_at=None, rejected_at=None) | ~Q(requested_name=""))
        is_verified = stage == RepresentativeProfile.Stage.VERIFIED
        is_rejected = stage == RepresentativeProfile.Stage.REJECTED
        return self.filter(verified_at__isnull=not is_verified, rejected_at__isnull=not is_rejected)

    def with_valid_verification(self) -> "RepresentativeProfileQuerySet":
        """Return the profiles that can represent clients today: verified, active, accreditation not ended."""
        return self.filter(valid_verification(""))

    def with_ended_verification(self, *, on: date) -> "RepresentativeProfileQuerySet":
        """Return the profiles that are not verified, or whose accreditation ended before that day."""
        return self.filter(Q(accreditation_expires_on__lt=on) | Q(verified_at=None))


def valid_verification(path: str) -> Q:
    """Return the condition for a profile, reached by `path`, that can represent clients today.

    An accreditation ends at the end of its last day, in the agency's time zone.
    """
    return Q(
        Q(**{f"{path}accreditation_expires_on": None})
        | Q(**{f"{path}accreditation_expires_on__gte": AgencyToday()}),
        **{f"{path}verified_at__isnull": False, f"{path}user__is_active": True},
    )


@pghistory.track()
class RepresentativeProfile(models.Model):
    """License of an attorney, or accreditation of an accredited representative, which expires.

    The account submits the details. Until staff verify them, it cannot represent anyone.
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
        REJECTED = "rejected", pgettext_lazy("application", "Rejected")

    class Rejection(models.TextChoices):
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
        help_text="State or territory that licensed the attorney.",
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
        help_text="Last day on which the accreditation is valid, in the agency's time zone.",
    )
    submitted_at = models.DateTimeField(
        _("Submitted on"),
        null=True,
        blank=True,
        help_text="When the details were last submitted. Empty if they were entered without an application.",
    )
    verified_at = models.DateTimeField(_("Verified on"), null=True, blank=True)
    rejected_at = models.DateTimeField(_("Rejected on"), null=True, blank=True)
    rejection = models.CharField(
        _("Reason for rejection"), max_length=20, choices=Rejection.choices, blank=True
    )
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decided_applications",
        verbose_name=_("Decided by"),
    )
    requested_name = models.CharField(
        _("New name to verify"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="The name that a verified representative asked for. Clients do not see it yet.",
    )
    name_requested_at = models.DateTimeField(_("New name requested on"), null=True, blank=True)
    verification_ended_at = models.DateTimeField(
        _("Verification ended on"),
        null=True,
        blank=True,
        help_text="When staff ended the verification. Kept until the account is verified again.",
    )

    objects = RepresentativeProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(verified_at=None), name="representative_not_verified"),
            models.Index(
                fields=["id"], condition=~Q(requested_name=""), name="representative_name_to_verify"
            ),
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
                condition=Q(rejected_at=None, rejection="")
                | (Q(rejected_at__isnull=False) & ~Q(rejection="")),
                name="representative_rejected_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(rejected_at=None), name="representative_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(requested_name="", name_requested_at=None)
                | (~Q(requested_name="") & Q(name_requested_at__isnull=False, verified_at__isnull=False)),
                name="representative_requested_name_has_an_instant",
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
        if self.verified_at is not None:
            return self.Stage.VERIFIED
        return self.Stage.WAITING if self.rejected_at is None else self.Stage.REJECTED

    @property
    def stage_entered_at(self) -> datetime | None:
        """The instant when the current stage began. None if details were entered without an application."""
        return self.verified_at or self.rejected_at or self.submitted_at

    @property
    def is_verification_ended(self) -> bool:
        """Whether it is rejected because staff ended the verification, not because details were rejected."""
        return self.rejected_at is not None and self.rejected_at == self.verification_ended_at


class ApplicationAct(StrEnum):
    """An act on an application: the first two by its account, the others by staff."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    REJECT = "reject"
    EXTEND = "extend"
    END = "end"
    NAME = "name"


# The stages at which each act is allowed. Submitting rejected details again makes them wait again.
ALLOWED_STAGES: dict[ApplicationAct, frozenset[RepresentativeProfile.Stage]] = {
    ApplicationAct.SUBMIT: frozenset(
        {RepresentativeProfile.Stage.WAITING, RepresentativeProfile.Stage.REJECTED}
    ),
    ApplicationAct.WITHDRAW: frozenset(
        {RepresentativeProfile.Stage.WAITING, RepresentativeProfile.Stage.REJECTED}
    ),
    ApplicationAct.VERIFY: frozenset({RepresentativeProfile.Stage.WAITING}),
    ApplicationAct.REJECT: frozenset({RepresentativeProfile.Stage.WAITING}),
    ApplicationAct.EXTEND: frozenset({RepresentativeProfile.Stage.VERIFIED}),
    ApplicationAct.END: frozenset({RepresentativeProfile.Stage.VERIFIED}),
    ApplicationAct.NAME: frozenset({RepresentativeProfile.Stage.VERIFIED}),
}
