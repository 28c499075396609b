"""Who may act for a client: representatives, the G-28 on each case, and invitations to act."""

from datetime import date, datetime
from enum import StrEnum

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.user import User
from accounts.representation_states import (
    ENDED_BY_A_SIDE,
    ENDED_FROM_FORCE_ONLY,
    ENDED_STATES,
    NEVER_IN_FORCE,
    OPEN_STATES,
    State,
    in_words,
)
from policy.clock import AgencyToday, DatabaseNow
from policy.identity import PublicModel


class RepresentativeProfileQuerySet(models.QuerySet["RepresentativeProfile"]):
    def at_stage(self, stage: str) -> "RepresentativeProfileQuerySet":
        """Applications at this stage."""
        is_verified = stage == RepresentativeProfile.Stage.VERIFIED
        is_refused = stage == RepresentativeProfile.Stage.REFUSED
        return self.filter(verified_at__isnull=not is_verified, refused_at__isnull=not is_refused)

    def in_good_standing(self) -> "RepresentativeProfileQuerySet":
        """Those who may represent someone today: verified, active, the accreditation not ended."""
        return self.filter(good_standing(""))

    def with_ended_standing(self, *, on: date) -> "RepresentativeProfileQuerySet":
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
        REFUSED = "refused", pgettext_lazy("application", "Refused")

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
    verification_ended_at = models.DateTimeField(
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
    def stands_since(self) -> datetime | None:
        """The instant of the present stage; None for papers that were entered before one applied."""
        return self.verified_at or self.refused_at or self.submitted_at

    @property
    def is_taken_back(self) -> bool:
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


class RequestChannel(models.TextChoices):
    """How someone asked staff to act for them, as it reads within a sentence."""

    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")
    IN_PERSON = "in_person", _("in person")


class RepresentationQuerySet(models.QuerySet["Representation"]):
    def in_force(self) -> "RepresentationQuerySet":
        """Representations under which someone may act at this moment, by the database's clock."""
        return self.in_good_standing().filter(
            status=Representation.Status.IN_FORCE, in_force_from__lte=DatabaseNow()
        )

    def open(self) -> "RepresentationQuerySet":
        """Those that are requested, or were not ended since they came into force."""
        return self.filter(status__in=in_words(OPEN_STATES))

    def in_good_standing(self) -> "RepresentationQuerySet":
        """Those whose representative may represent anyone today."""
        return self.filter(good_standing("representative__representative_profile__"))

    def with_sides(self) -> "RepresentationQuerySet":
        """With client, representative, profile and invitation, in one statement."""
        return self.select_related("case__requestor", "representative__representative_profile", "invitation")

    def known_to_client(self) -> "RepresentationQuerySet":
        """Without unanswered invitations: the client must not learn whom they reached."""
        unanswered = Q(way=Representation.Way.INVITATION, in_force_from=None)
        return self.exclude(unanswered & ~Q(status=Representation.Status.DECLINED))

    def with_ended_standing(self, *, on: date) -> "RepresentationQuerySet":
        """Those whose representative is not verified, or whose accreditation ended before that day."""
        ended = RepresentativeProfile.objects.with_ended_standing(on=on)
        return self.filter(representative__in=ended.values("user"))


@pghistory.track()
class Representation(PublicModel):
    """One G-28: one representative on one case. Access ends with the row; history stays.

    `accounts/representation_states.py` says which state follows which, and who may take the step.
    """

    class Status(models.TextChoices):
        REQUESTED = State.REQUESTED.value, _("Requested")
        IN_FORCE = State.IN_FORCE.value, _("In force")
        DECLINED = State.DECLINED.value, _("Declined")
        WITHDRAWN = State.WITHDRAWN.value, pgettext_lazy("representation", "Withdrawn")
        REVOKED = State.REVOKED.value, _("Revoked by the client")
        SUPERSEDED = State.SUPERSEDED.value, _("Replaced by another representative")
        LAPSED = State.LAPSED.value, _("Ended with the license or accreditation")
        CLOSED = State.CLOSED.value, _("Ended with the case")

    class Way(models.TextChoices):
        PASSCODE = "passcode", _("Asked for with a passcode")
        INVITATION = "invitation", _("Invited by the client")
        PAPER = "paper", _("Paper Form G-28")

    case = models.ForeignKey("accounts.Case", on_delete=models.PROTECT, related_name="representations")
    representative = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PAPER)
    requested_at = models.DateTimeField(db_default=DatabaseNow())
    requested_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="representations_requested",
        help_text="The representative, the client, or who of staff entered the paper; empty: not recorded.",
    )
    in_force_from = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="representations_accepted",
        help_text="Who accepted in the portal; empty: accepted on paper.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="representations_ended",
        help_text="Empty: nobody, the representative's standing ended; or not recorded.",
    )
    ended_channel = models.CharField(
        max_length=10,
        blank=True,
        db_default="",
        choices=RequestChannel.choices,
        help_text="How a side asked staff to end it; empty: staff did not end it for a side.",
    )

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["representative", "-status", "-id"],
                condition=Q(status__in=in_words(OPEN_STATES)),
                name="representation_clients",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="in_force"), name="representation_one_in_force_per_case"
            ),
            models.UniqueConstraint(
                fields=["case", "representative"],
                condition=Q(status="requested"),
                name="representation_asked_for_once",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", in_force_from=None, ended_at=None)
                | Q(status="in_force", in_force_from__isnull=False, ended_at=None)
                | Q(
                    status__in=in_words(ENDED_FROM_FORCE_ONLY),
                    in_force_from__isnull=False,
                    ended_at__isnull=False,
                )
                | Q(status__in=in_words(NEVER_IN_FORCE), in_force_from=None, ended_at__isnull=False)
                | Q(
                    status__in=in_words(ENDED_STATES - ENDED_FROM_FORCE_ONLY - NEVER_IN_FORCE),
                    ended_at__isnull=False,
                ),
                name="representation_instants_with_status",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(in_force_from=None) | Q(ended_at__gte=F("in_force_from")),
                name="representation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["passcode", "invitation", "paper"]), name="representation_way_known"
            ),
            models.CheckConstraint(
                condition=Q(in_force_from__isnull=False) | Q(accepted_by=None),
                name="representation_accepted_when_in_force",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by=None),
                name="representation_ended_by_when_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_channel="")
                | Q(
                    ended_channel__in=RequestChannel.values,
                    ended_by__isnull=False,
                    status__in=in_words(ENDED_BY_A_SIDE),
                ),
                name="representation_asked_to_end",
            ),
        ]

    def __str__(self) -> str:
        return f"representation {self.public_id}"


@pghistory.track(exclude=["email"])
class RepresentativeInvitation(PublicModel):
    """A client's invitation to an address. The client sees the same, whoever has the address or nobody.

    `representation` is what it led to, where a representative's account has the address. The history leaves
    the address out: it is forgotten with the account.
    """

    case = models.ForeignKey("accounts.Case", on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations_sent")
    email = models.EmailField(max_length=254)
    invited_at = models.DateTimeField(db_default=DatabaseNow())
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations_taken_back",
        help_text="Who of staff took it back for the client; empty: the client did, or the account ended.",
    )
    taken_back_channel = models.CharField(
        max_length=10,
        blank=True,
        db_default="",
        choices=RequestChannel.choices,
        help_text="How the client asked staff.",
    )
    representation = models.OneToOneField(
        Representation, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "invited_at"], name="invitation_by_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_channel="")
                | Q(
                    taken_back_by__isnull=False,
                    taken_back_channel__in=RequestChannel.values,
                    taken_back_at__isnull=False,
                ),
                name="invitation_asked_to_take_back",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"
