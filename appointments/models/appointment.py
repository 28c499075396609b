"""Appointments, and the series of one person's appointments. At most one of a series is scheduled."""

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
    """One person's appointments on one case. Its lock protects the reschedule limit and the scheduled one."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="series")
    earlier_counted_at = ArrayField(
        models.DateTimeField(),
        default=list,
        blank=True,
        help_text="Counted reschedules from before this portal, as the scheduler delivered them.",
    )
    calendar_changes = models.PositiveIntegerField(
        db_default=0,
        help_text="How often the calendar entry changed other than by a reschedule.",
    )

    reschedules: "RelatedManager[Reschedule]"

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"series {self.public_id}"

    @property
    def calendar_uid(self) -> str:
        """The identifier of the calendar entry. A reschedule keeps it, so an update replaces the entry."""
        return f"{self.public_id}@appointments"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def for_account(self, user: User) -> "AppointmentQuerySet":
        """Return appointments on cases that the account may act on now."""
        return self.filter(series__person__case__in=Case.objects.for_account(user))

    def with_display_relations(self) -> "AppointmentQuerySet":
        """Join the rows that a page needs to show an appointment."""
        return self.select_related("slot__site", "series__person__case__form_type__contact_route").order_by(
            "slot__starts_at", "id"
        )


@pghistory.track()
class Appointment(PublicModel):
    """One person's booking of one seat. Its slot never changes: a reschedule creates a new appointment."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        ATTENDED = "attended", _("Attended")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Canceled")
        SUPERSEDED = "superseded", _("Rescheduled")

    class BiometricsCode(models.IntegerChoices):
        TEN_PRINTS = 1, _("Fingerprints")
        PHOTO_SIGNATURE = 2, _("Photo, signature, and index fingerprint")
        BOTH = 3, _("Fingerprints, photo, and signature")

    series = models.ForeignKey(
        AppointmentSeries,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("Appointment series"),
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
        _("Biometrics"), choices=BiometricsCode.choices, default=BiometricsCode.BOTH
    )
    is_staff_only = models.BooleanField(
        _("Staff only"),
        default=False,
        help_text="Only staff can reschedule it. The reason is never shown to the public.",
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
            # The scheduler may keep its number after a reschedule, so the superseded row has it too.
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


# Every allowed change of status. Tests try every status with every action.
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
