"""Notices: what each account was notified of. The rows are also the inbox on the portal."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Case, Message, Person, User
from appointments.models.appointment import Appointment
from appointments.models.reschedule import Reschedule
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

# Notices of which neither the email nor the text message was or can still be delivered.
UNDELIVERED = Q(email__state=Message.State.FAILED) & (
    Q(email__text=None) | Q(email__text__state=Message.State.FAILED)
)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def for_account(self, user: User) -> "NoticeQuerySet":
        """Return the account's own notices; those about an appointment only while it may act on the case.

        Looks up the case of each notice in a subquery, so that PostgreSQL starts at the addressee's notices
        and not at the cases.
        """
        its_case = (
            Person.objects.filter(series__appointments=OuterRef("appointment")).order_by().values("case")
        )
        may_act = Q(its_case__in=Case.objects.keys_for_account(user))
        rows = self.filter(addressee=user).alias(its_case=Subquery(its_case))
        return rows.filter(Q(appointment=None) | may_act)

    def with_validity(self) -> "NoticeQuerySet":
        """Join the appointment, and set `is_outdated` where a newer notice about it was written."""
        newer = Notice.objects.filter(
            appointment=OuterRef("appointment"),
            verification_code__isnull=False,
            facts__sequence__gt=OuterRef("facts__sequence"),
        )
        rows = self.select_related("appointment")
        return rows.annotate(is_outdated=Exists(newer))  # type: ignore[no-redef] # the model has its default

    def on_cases(self, cases: QuerySet[Case]) -> "NoticeQuerySet":
        """Return notices about these cases or about an appointment on them."""
        its_case = Coalesce(OuterRef("case_id"), OuterRef("appointment__series__person__case_id"))
        return self.filter(Exists(cases.filter(pk=its_case)))


class Notice(PublicModel):
    """One notice to one account. `facts` are stored when it is written and never change."""

    class Kind(models.TextChoices):
        RESCHEDULED = "rescheduled", _("Appointment rescheduled")
        AGENCY_RESCHEDULED = "agency_rescheduled", _("Appointment rescheduled by the agency")
        CANCELED = "canceled", _("Appointment canceled by the agency")
        SITE_CHANGED = "site_changed", _("Details of the site changed")
        HOLD_EXPIRED = "hold_expired", _("Hold expired")
        REPRESENTATION = "representation", _("Change of representative")
        CASE_ACCESS = "case_access", _("Change of the account of a case")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    addressee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    case = models.ForeignKey(
        Case,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
        help_text="Only for a notice about a representative or the account. Others have an appointment.",
    )
    reschedule = models.ForeignKey(
        Reschedule, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    facts = models.JSONField()
    verification_code = models.CharField(max_length=20, null=True, blank=True, unique=True)
    email = models.OneToOneField(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="notice"
    )
    created_at = models.DateTimeField(db_default=DatabaseNow())
    read_at = models.DateTimeField(null=True, blank=True)

    is_outdated: bool = False  # Set by `with_validity`.

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reschedule", "addressee"], name="notice_one_per_reschedule_and_addressee"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["rescheduled", "agency_rescheduled"],
                    reschedule__isnull=False,
                    verification_code__isnull=False,
                )
                | Q(kind="canceled", verification_code__isnull=False)
                | Q(kind="site_changed", reschedule=None, verification_code__isnull=False)
                | Q(
                    kind__in=["hold_expired", "representation", "case_access"],
                    reschedule=None,
                    verification_code=None,
                ),
                name="notice_of_a_reschedule_can_be_verified",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["representation", "case_access"], case__isnull=False, appointment=None)
                | Q(~Q(kind__in=["representation", "case_access"]), case=None, appointment__isnull=False),
                name="notice_has_an_appointment_or_a_case",
            ),
        ]
        indexes = [
            models.Index(fields=["addressee", "-id"], name="notice_inbox"),
            models.Index(fields=["addressee", "-id"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["-id"],
                condition=Q(kind="agency_rescheduled", read_at=None),
                name="notice_agency_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.public_id}"

    @property
    def related_case(self) -> Case:
        """The case of the notice or of its appointment."""
        return self.case or self.related_appointment.case

    @property
    def related_appointment(self) -> Appointment:
        """The appointment of the notice. Raises ValueError for a notice about a representative."""
        if self.appointment is None:
            raise ValueError(f"{self} has no appointment")
        return self.appointment
