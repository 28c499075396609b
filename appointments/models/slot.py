"""Slots: when a site has seats, and the counter of taken seats."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.site import Site
from portal.foundation.public_ids import PublicModel


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["taken"])),
    exclude=["taken"],
)
class Slot(PublicModel):
    """A time at a site. `taken` counts scheduled appointments and seats held, also if the hold is overdue."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="slots", verbose_name=_("Site"))
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    capacity = models.PositiveSmallIntegerField(_("Seats"))
    taken = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(_("Closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("capacity")), name="slot_taken_within_capacity"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
            models.UniqueConstraint(fields=["site", "starts_at"], name="slot_one_per_site_and_start"),
        ]

    def __str__(self) -> str:
        return f"slot {self.public_id}"
