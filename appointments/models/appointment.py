"""Appointments, and the chain that ties one person's together. At most one of a chain stands."""

from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Case, Person, User
from appointments.models.slot import Slot
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from appointments.models.reschedule import Reschedule


class AppointmentSeries(PublicModel):
    """One person's appointments on one case: the row whose lock decides the cap and the standing one."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="series")
    earlier_counted_at = ArrayField(
        models.DateTimeField(),
        default=list,
        blank=True,
        help_text="Counted moves made before this portal, as the scheduler delivered them.",
    )

    reschedules: "RelatedManager[Reschedule]"

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"chain {self.public_id}"

    @property
    def calendar_uid(self) -> str:
        """The identifier a calendar keeps over every move, so that an update replaces the old entry."""
        return f"{self.public_id}@appointments"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def for_account(self, user: User) -> "AppointmentQuerySet":
        """Appointments on cases that the account may act on at this moment."""
        return self.filter(series__person__case__in=Case.objects.for_account(user))

    def with_display_relations(self) -> "AppointmentQuerySet":
        """With all that a page says of an appointment, in one statement."""
        return self.select_related("slot__site", "series__person__case__form_type__contact_route").order_by(
            "slot__starts_at", "id"
        )


@pghistory.track()
class Appointment(PublicModel):
    """One person's booking of one seat. Its slot never changes: a move supersedes it by a new row."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        ATTENDED = "attended", _("Attended")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")
        SUPERSEDED = "superseded", _("Moved")

    class BiometricsCode(models.IntegerChoices):
        TEN_PRINTS = 1, _("Fingerprints")
        PHOTO_SIGNATURE = 2, _("Photo, signature and index fingerprint")
        BOTH = 3, _("Fingerprints, photo and signature")

    series = models.ForeignKey(
        AppointmentSeries,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("Chain of appointments"),
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("slot")
    )
    status = models.CharField(_("Status"), max_length=12, choices=Status.choices, default=Status.SCHEDULED)
    status_changed_at = models.DateTimeField(_("Status since"), db_default=DatabaseNow())
    scheduled_at = models.DateTimeField(
        _("Appointment made on"),
        db_default=DatabaseNow(),
        help_text="When the appointment was made, not when it takes place.",
    )
    biometrics_code = models.PositiveSmallIntegerField(
        _("Biometrics taken"), choices=BiometricsCode.choices, default=BiometricsCode.BOTH
    )
    is_staff_only = models.BooleanField(
        _("Only staff move it"),
        default=False,
        help_text="Only staff move it; the reason is never shown to the public.",
    )
    scheduler_reference = models.CharField(_("Scheduler’s number"), max_length=40, null=True, blank=True)  # noqa: DJ001 (unique, so empty is null)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(status="scheduled"),
                name="appointment_one_scheduled_per_series",
            ),
            # The scheduler may keep its number over a move: the row that was left keeps it too.
            models.UniqueConstraint(
                fields=["scheduler_reference"],
                condition=~Q(status="superseded"),
                name="appointment_one_per_scheduler_reference",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["scheduled", "attended", "missed", "cancelled", "superseded"]),
                name="appointment_status_known",
            ),
            models.CheckConstraint(
                condition=Q(biometrics_code__in=[1, 2, 3]), name="appointment_biometrics_code_known"
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.public_id}"

    @property
    def person(self) -> Person:
        """The person who comes to the appointment."""
        return self.series.person

    @property
    def case(self) -> Case:
        """The case that the appointment belongs to."""
        return self.series.person.case


# From which status staff or a service may go where. Tests walk every status and every action.
STATUS_TRANSITIONS: dict[str, frozenset[str]] = {
    Appointment.Status.SCHEDULED: frozenset(
        {
            Appointment.Status.ATTENDED,
            Appointment.Status.MISSED,
            Appointment.Status.CANCELLED,
            Appointment.Status.SUPERSEDED,
        }
    ),
    Appointment.Status.ATTENDED: frozenset(),
    Appointment.Status.MISSED: frozenset({Appointment.Status.SUPERSEDED}),
    Appointment.Status.CANCELLED: frozenset(),
    Appointment.Status.SUPERSEDED: frozenset(),
}
