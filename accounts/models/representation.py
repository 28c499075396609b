"""Representations (Form G-28) of clients on their cases, and invitations to represent."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.representative import RepresentativeProfile, valid_verification
from accounts.models.user import User
from accounts.representation_states import (
    ENDED_BY_A_SIDE,
    ENDED_FROM_FORCE_ONLY,
    ENDED_STATES,
    NEVER_IN_FORCE,
    OPEN_STATES,
    State,
    list_state_values,
)
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class RequestChannel(models.TextChoices):
    """How someone asked staff to act for them. The labels are used within sentences."""

    PHONE = "phone", _("by phone")
    PAPER = "paper", _("on paper")
    IN_PERSON = "in_person", _("in person")


class RepresentationQuerySet(models.QuerySet["Representation"]):
    def in_force(self) -> "RepresentationQuerySet":
        """Return the representations under which someone can act now, by the database's clock."""
        return self.with_valid_verification().filter(
            status=Representation.Status.IN_FORCE, in_force_from__lte=DatabaseNow()
        )

    def open(self) -> "RepresentationQuerySet":
        """Return the representations that are requested or in force."""
        return self.filter(status__in=list_state_values(OPEN_STATES))

    def with_valid_verification(self) -> "RepresentationQuerySet":
        """Return the representations whose representative is verified today."""
        return self.filter(valid_verification("representative__representative_profile__"))

    def with_sides(self) -> "RepresentationQuerySet":
        """Load client, representative, profile and invitation in the same statement."""
        return self.select_related("case__requestor", "representative__representative_profile", "invitation")

    def known_to_client(self) -> "RepresentationQuerySet":
        """Leave out unanswered invitations: the client must not learn whether an account has the address."""
        unanswered = Q(origin=Representation.Origin.INVITATION, in_force_from=None)
        return self.exclude(unanswered & ~Q(status=Representation.Status.DECLINED))

    def with_ended_verification(self, *, on: date) -> "RepresentationQuerySet":
        """Return those whose representative is not verified, or whose accreditation ended before that day."""
        ended = RepresentativeProfile.objects.with_ended_verification(on=on)
        return self.filter(representative__in=ended.values("user"))


@pghistory.track()
class Representation(PublicModel):
    """One representative on one case, under a Form G-28.

    `accounts/representation_states.py` says which action leads to which status, and who may take it.
    """

    class Status(models.TextChoices):
        REQUESTED = State.REQUESTED.value, _("Requested")
        IN_FORCE = State.IN_FORCE.value, _("In force")
        DECLINED = State.DECLINED.value, _("Declined")
        WITHDRAWN = State.WITHDRAWN.value, pgettext_lazy("representation", "Withdrawn")
        REVOKED = State.REVOKED.value, _("Revoked by the client")
        SUPERSEDED = State.SUPERSEDED.value, _("Replaced by another representative")
        EXPIRED = State.EXPIRED.value, _("License or accreditation ended")
        CLOSED = State.CLOSED.value, _("Case closed")

    class Origin(models.TextChoices):
        PASSCODE = "passcode", _("Requested with a passcode")
        INVITATION = "invitation", _("Invited by the client")
        PAPER = "paper", _("Paper Form G-28")

    class EndReason(models.TextChoices):
        NEW_REPRESENTATIVE = "new", _("Change of representative")
        NOT_NEEDED = "not_needed", _("No representative needed anymore")
        FINISHED = "finished", _("The work is finished")
        CONFLICT = "conflict", _("Conflict of interest")
        MISTAKE = "mistake", _("Wrong person or case")
        OTHER = "other", _("Another reason")

    case = models.ForeignKey(
        "accounts.Case", on_delete=models.PROTECT, related_name="representations", verbose_name=_("Case")
    )
    representative = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="representations", verbose_name=_("representative")
    )
    status = models.CharField(_("Status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    origin = models.CharField(
        _("How it started"), max_length=10, choices=Origin.choices, default=Origin.PAPER
    )
    requested_at = models.DateTimeField(_("Requested on"), db_default=DatabaseNow())
    requested_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="representations_requested",
        help_text="The representative, the client, or the staff member who entered the paper form.",
        verbose_name=_("Requested by"),
    )
    in_force_from = models.DateTimeField(_("In force from"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="representations_accepted",
        help_text="Who accepted it in the portal. Empty if accepted on paper.",
        verbose_name=_("Accepted by"),
    )
    ended_at = models.DateTimeField(_("Ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="representations_ended",
        help_text="Empty if the verification ended, or if not recorded.",
        verbose_name=_("Ended by"),
    )
    ended_channel = models.CharField(
        _("How the end was requested"),
        max_length=10,
        blank=True,
        db_default="",
        choices=RequestChannel.choices,
        help_text="How a side asked staff to end it. Empty if staff did not end it.",
    )
    end_reason = models.CharField(
        _("Reason for the end"),
        max_length=10,
        blank=True,
        db_default="",
        choices=EndReason.choices,
        help_text="What the side that ended it chose to say. Both sides and staff can read it.",
    )

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["representative", "-status", "-id"],
                condition=Q(status__in=list_state_values(OPEN_STATES)),
                name="representation_clients",
            ),
            models.Index(
                fields=["representative", "ended_at"],
                condition=Q(ended_at__isnull=False),
                name="representation_ended",
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
                    status__in=list_state_values(ENDED_FROM_FORCE_ONLY),
                    in_force_from__isnull=False,
                    ended_at__isnull=False,
                )
                | Q(status__in=list_state_values(NEVER_IN_FORCE), in_force_from=None, ended_at__isnull=False)
                | Q(
                    status__in=list_state_values(ENDED_STATES - ENDED_FROM_FORCE_ONLY - NEVER_IN_FORCE),
                    ended_at__isnull=False,
                ),
                name="representation_instants_with_status",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(in_force_from=None) | Q(ended_at__gte=F("in_force_from")),
                name="representation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["passcode", "invitation", "paper"]),
                name="representation_known_origin",
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
                    status__in=list_state_values(ENDED_BY_A_SIDE),
                ),
                name="representation_asked_to_end",
            ),
            models.CheckConstraint(
                condition=Q(end_reason="")
                | Q(
                    end_reason__in=["new", "not_needed", "finished", "conflict", "mistake", "other"],
                    status__in=list_state_values(ENDED_BY_A_SIDE),
                ),
                name="representation_end_reason_of_a_side",
            ),
        ]

    def __str__(self) -> str:
        return f"representation {self.public_id}"


@pghistory.track(exclude=["email"])
class RepresentativeInvitation(PublicModel):
    """A client's invitation to an email address. The client cannot see whether an account has the address.

    `representation` is set if a representative's account has the address. The audit history leaves out the
    address, because it is erased when the account is deleted.
    """

    case = models.ForeignKey(
        "accounts.Case", on_delete=models.CASCADE, related_name="invitations", verbose_name=_("Case")
    )
    invited_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="invitations_sent", verbose_name=_("Invited by")
    )
    email = models.EmailField(max_length=254)
    invited_at = models.DateTimeField(_("Invited on"), db_default=DatabaseNow())
    cancelled_at = models.DateTimeField(_("Canceled on"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations_cancelled",
        help_text="The staff member who canceled it for the client. Otherwise empty.",
        verbose_name=_("Canceled by"),
    )
    cancellation_channel = models.CharField(
        _("How the cancellation was requested"),
        max_length=10,
        blank=True,
        db_default="",
        choices=RequestChannel.choices,
        help_text="How the client asked staff.",
    )
    representation = models.OneToOneField(
        Representation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invitation",
        verbose_name=_("representation"),
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["id"]
        indexes = [models.Index(fields=["case", "invited_at"], name="invitation_by_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_by=None, cancellation_channel="")
                | Q(
                    cancelled_by__isnull=False,
                    cancellation_channel__in=RequestChannel.values,
                    cancelled_at__isnull=False,
                ),
                name="invitation_asked_to_take_back",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"
