"""Reschedules: the permanent record of every completed reschedule."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Representation, User
from appointments.models.appointment import Appointment, AppointmentSeries
from appointments.models.reservation import ReservedSeat
from policy.models import FormTypeVersion, GoodCauseStatement, PolicyVersion
from portal.foundation.clock import DatabaseNow
from portal.foundation.public_ids import PublicModel


class RescheduleQuerySet(models.QuerySet["Reschedule"]):
    def for_account(self, user: User) -> "RescheduleQuerySet":
        """Return reschedules of appointments on cases that the account may act on now."""
        return self.filter(to_appointment__in=Appointment.objects.for_account(user))


@pghistory.track()
class Reschedule(PublicModel):
    """One completed reschedule: both appointments, by whom, under which rules, and if it counts."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("Online")
        CONTACT_CENTER = "contact_center", _("Contact Center")
        NBC_ADOPTIONS = "nbc_adoptions", _("NBC Adoptions Unit")
        AGENCY = "agency", _("Agency")

    series = models.ForeignKey(
        AppointmentSeries,
        on_delete=models.PROTECT,
        related_name="reschedules",
        verbose_name=_("Appointment series"),
    )
    number = models.PositiveSmallIntegerField(_("Number in the series"))
    from_appointment = models.OneToOneField(
        Appointment,
        on_delete=models.PROTECT,
        related_name="reschedule_away",
        verbose_name=_("Earlier appointment"),
    )
    to_appointment = models.OneToOneField(
        Appointment,
        on_delete=models.PROTECT,
        related_name="reschedule_here",
        verbose_name=_("New appointment"),
    )
    actor = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="reschedules_made",
        verbose_name=_("Rescheduled by"),
    )
    representation = models.ForeignKey(
        Representation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reschedules_made",
        verbose_name=_("representation"),
    )
    channel = models.CharField(_("Channel"), max_length=20, choices=Channel.choices)
    counts = models.BooleanField(_("counts toward the limit"))
    statement = models.OneToOneField(
        GoodCauseStatement,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reschedule",
        verbose_name=_("Good-cause statement"),
    )
    reserved_seat = models.OneToOneField(
        ReservedSeat,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reschedule",
        verbose_name=_("Reserved seat"),
    )
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="reschedules", verbose_name=_("policy version")
    )
    form_type_version = models.ForeignKey(
        FormTypeVersion,
        on_delete=models.PROTECT,
        related_name="reschedules",
        verbose_name=_("form-type version"),
    )
    overridden_limits = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Codes of the public limits that staff overrode for this reschedule.",
        verbose_name=_("Limits overridden"),
    )
    note = models.TextField(
        _("Staff note"), blank=True, help_text="The staff note about the call. Never shown to the public."
    )
    confirmation_number = models.CharField(_("Confirmation number"), max_length=20, unique=True)
    rescheduled_at = models.DateTimeField(_("Rescheduled on"), db_default=DatabaseNow())

    objects = RescheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("reschedule")
        verbose_name_plural = _("reschedules")
        ordering = ["series_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="reschedule_numbered_within_series"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reschedule_number_from_one"),
            models.CheckConstraint(
                condition=~Q(from_appointment=F("to_appointment")), name="reschedule_to_another_appointment"
            ),
            models.CheckConstraint(
                condition=Q(counts=True, statement__isnull=False) | Q(counts=False, statement=None),
                name="reschedule_counts_with_one_statement",
            ),
            models.CheckConstraint(
                condition=~Q(channel="agency", counts=True), name="reschedule_by_agency_never_counts"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["online", "contact_center", "nbc_adoptions", "agency"]),
                name="reschedule_channel_known",
            ),
            models.CheckConstraint(
                condition=~Q(channel="online") | Q(reserved_seat__isnull=False, actor__isnull=False),
                name="reschedule_online_used_a_reserved_seat",
            ),
            models.CheckConstraint(
                condition=Q(overridden_limits=[]) | ~Q(note=""), name="reschedule_override_has_a_note"
            ),
            models.CheckConstraint(
                condition=~Q(channel="online") | Q(overridden_limits=[], note=""),
                name="reschedule_online_overrides_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"reschedule {self.public_id}"
