"""Cases, and the people on them who have biometrics appointments."""

from typing import Any

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.representation import Representation
from accounts.models.user import User
from accounts.units import Forms
from policy.models import FormType
from portal.foundation.name_search import build_search_key
from portal.foundation.public_ids import PublicModel

RECEIPT_NUMBER_PATTERN = r"^[A-Z]{3}[0-9]{10}$"


class CaseQuerySet(models.QuerySet["Case"]):
    def for_account(self, user: User) -> "CaseQuerySet":
        """Return the cases the account can act on now: its own, or those of its representations in force."""
        if not user.is_representative:
            return self.filter(requestor=user)
        in_force = Representation.objects.in_force().filter(case=OuterRef("pk"), representative=user)
        return self.filter(Exists(in_force))

    def keys_for_account(self, user: User) -> "models.QuerySet[Any, int]":
        """Return the keys of `for_account`, with a query that PostgreSQL starts at the account."""
        if not user.is_representative:
            return self.filter(requestor=user).values_list("pk", flat=True)
        in_force = Representation.objects.in_force().filter(representative=user)
        return in_force.values_list("case", flat=True)

    def for_staff(self, user: User) -> "CaseQuerySet":
        """Return the cases that this staff account can read, by the forms of its units."""
        reads = user.powers.reads
        if reads is Forms.NONE:
            return self.none()
        if reads is Forms.ALL:
            return self.all()
        return self.filter(form_type__is_adoption=reads is Forms.ADOPTION)


@pghistory.track()
class Case(PublicModel):
    """One benefit request. Belongs to one requestor's account, or to none yet."""

    class FilingChannel(models.TextChoices):
        ONLINE = "online", _("Filed online")
        PAPER = "paper", _("Filed by mail")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    receipt_number = models.CharField(_("Receipt number"), max_length=13, unique=True)
    form_type = models.ForeignKey(
        FormType, on_delete=models.PROTECT, related_name="cases", verbose_name=_("Form")
    )
    filing_channel = models.CharField(_("Filed"), max_length=10, choices=FilingChannel.choices)
    requestor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="cases", verbose_name=_("Account")
    )
    filed_by_email = models.EmailField(
        _("Email address given when filing"),
        max_length=254,
        blank=True,
        help_text="For cases filed online: the address of the account that filed it.",
    )
    status = models.CharField(_("Status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    closed_at = models.DateTimeField(_("Closed on"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["receipt_number"]
        indexes = [
            # For cases that wait until an account verifies their address.
            models.Index(
                fields=["filed_by_email"],
                condition=Q(requestor=None) & ~Q(filed_by_email=""),
                name="case_waiting_for_account",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt_number__regex=RECEIPT_NUMBER_PATTERN), name="case_receipt_number_shape"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None)
                | Q(status__in=["closed", "withdrawn"], closed_at__isnull=False),
                name="case_closed_at_with_status",
            ),
            models.CheckConstraint(
                condition=Q(filing_channel__in=["online", "paper"]), name="case_filing_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.public_id}"


@pghistory.track()
class Person(PublicModel):
    """Someone on a case, with their own series of appointments and their own count of reschedules."""

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("Applicant")
        PETITIONER = "petitioner", _("Petitioner")
        SPOUSE = "spouse", _("Spouse")
        HOUSEHOLD_MEMBER = "household_member", _("Adult household member")
        BENEFICIARY = "beneficiary", _("Beneficiary")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="people", verbose_name=_("Case"))
    name = models.CharField(_("Full name"), max_length=200)
    role = models.CharField(_("Role on the case"), max_length=20, choices=Role.choices)
    scheduler_reference = models.CharField(
        _("Scheduler’s number"), max_length=40, null=True, blank=True, unique=True
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["case_id", "id"]
        indexes = [
            GinIndex(OpClass(build_search_key("name"), name="gin_trgm_ops"), name="person_name_search")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=["applicant", "petitioner", "spouse", "household_member", "beneficiary"]
                ),
                name="person_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.public_id}"
