"""Cases of which the wrong account may have been the owner, and what staff decided."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.case import Case
from accounts.models.user import User
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class CaseAccountConflictQuerySet(models.QuerySet["CaseAccountConflict"]):
    def open(self) -> "CaseAccountConflictQuerySet":
        """Return the conflicts that staff have not decided."""
        return self.filter(settled_at=None)

    def keeping_from(self, account: User) -> Exists:
        """Return whether a conflict keeps the outer case from this account: open, or it lost the case."""
        lost = Q(outcome=CaseAccountConflict.Outcome.DETACHED, account=account)
        return Exists(self.filter(Q(settled_at=None) | lost, case=OuterRef("pk")))


class CaseAccountConflict(PublicModel):
    """An account lost a case, because a delivery corrected the email address or staff removed the case.

    After a delivery, no account gets the case by its email address before staff decide.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", _("The account keeps the case")
        DETACHED = "detached", _("The case was removed from the account")

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="account_conflicts", verbose_name=_("Case")
    )
    account = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="case_conflicts",
        verbose_name=_("Account"),
        help_text="The account that had the case.",
    )
    line = models.PositiveIntegerField(
        null=True, blank=True, help_text="In the cases.csv of the delivery that found it."
    )
    found_at = models.DateTimeField(db_default=DatabaseNow())
    outcome = models.CharField(_("Decision"), max_length=10, choices=Outcome.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="settled_case_conflicts"
    )
    note = models.TextField(_("Reason"), blank=True)

    objects = CaseAccountConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict about the account of a case")
        verbose_name_plural = _("conflicts about the accounts of cases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(settled_at=None), name="account_conflict_one_open_per_case"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, outcome="", note="")
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False, outcome__in=["kept", "detached"])
                    & ~Q(note="")
                ),
                name="account_conflict_settled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"conflict about an account {self.public_id}"
