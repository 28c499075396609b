"""Who may act for a client: representatives and the G-28 on each case."""

from enum import StrEnum

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from policy.clock import AgencyToday, DatabaseNow
from policy.identity import PublicModel


class RepresentativeProfileQuerySet(models.QuerySet["RepresentativeProfile"]):
    def at_stage(self, stage: str) -> "RepresentativeProfileQuerySet":
        """Applications at this stage."""
        is_verified = stage == RepresentativeProfile.Stage.VERIFIED
        is_refused = stage == RepresentativeProfile.Stage.REFUSED
        return self.filter(verified_at__isnull=not is_verified, refused_at__isnull=not is_refused)


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
        VERIFIED = "verified", _("Verified")
        REFUSED = "refused", _("Refused")

    class Refusal(models.TextChoices):
        NOT_FOUND = "not_found", _("No such license or accreditation was found")
        NOT_ACTIVE = "not_active", _("The license or accreditation is not active")
        NOT_RECOGNIZED = "not_recognized", _("The organization is not recognized")
        UNCLEAR = "unclear", _("The papers do not say for certain who it is")

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="representative_profile")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    bar_state = models.CharField(
        max_length=2, blank=True, help_text="State or territory whose authority licensed the attorney."
    )
    bar_number = models.CharField(max_length=40, blank=True)
    organization = models.CharField(max_length=200, blank=True)
    accreditation = models.CharField(max_length=10, choices=Accreditation.choices, blank=True)
    accreditation_expires_on = models.DateField(
        null=True, blank=True, help_text="Last day on which the accreditation holds, in the agency's zone."
    )
    submitted_at = models.DateTimeField(
        null=True, blank=True, help_text="When the papers were last given; empty: entered before one applied."
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=20, choices=Refusal.choices, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="decided_applications"
    )

    objects = RepresentativeProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(verified_at=None), name="representative_not_verified"),
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
        ]

    def __str__(self) -> str:
        return f"representative {self.user_id}"

    @property
    def stage(self) -> Stage:
        """Where the application stands."""
        if self.verified_at is not None:
            return self.Stage.VERIFIED
        return self.Stage.WAITING if self.refused_at is None else self.Stage.REFUSED


class ApplicationAct(StrEnum):
    """What may be done to an application: the first two by its account, the others by staff."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    REFUSE = "refuse"
    EXTEND = "extend"


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
}


class RepresentationQuerySet(models.QuerySet["Representation"]):
    def in_force(self) -> "RepresentationQuerySet":
        """Representations under which someone may act at this moment, by the database's clock."""
        return self.filter(
            Q(representative__representative_profile__accreditation_expires_on=None)
            | Q(representative__representative_profile__accreditation_expires_on__gte=AgencyToday()),
            representative__representative_profile__verified_at__isnull=False,
            representative__is_active=True,
            status=Representation.Status.IN_FORCE,
            in_force_from__lte=DatabaseNow(),
        )


@pghistory.track()
class Representation(PublicModel):
    """One G-28: one representative on one case. Access ends with the row; history stays."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        IN_FORCE = "in_force", _("In force")
        ENDED = "ended", _("Ended")

    case = models.ForeignKey("accounts.Case", on_delete=models.PROTECT, related_name="representations")
    representative = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    in_force_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="in_force"), name="representation_one_in_force_per_case"
            ),
            models.CheckConstraint(
                condition=Q(status="requested", in_force_from=None, ended_at=None)
                | Q(status="in_force", in_force_from__isnull=False, ended_at=None)
                | Q(status="ended", ended_at__isnull=False),
                name="representation_instants_with_status",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(in_force_from=None) | Q(ended_at__gte=F("in_force_from")),
                name="representation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"representation {self.public_id}"
