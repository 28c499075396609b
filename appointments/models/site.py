"""Sites: the Application Support Centers (ASC)."""

from collections.abc import Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.foundation.public_ids import PublicModel


def validate_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA zone such as America/Phoenix."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a time zone. Write it like America/Phoenix."), params={"zone": name}
        )


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


class TimeZoneField(_CharField):
    """A field for the name of an IANA time zone. Migrations see a plain CharField."""

    default_validators = [validate_zone]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class SiteName(NamedTuple):
    """The columns that a list of sites needs."""

    public_id: UUID
    state: str
    city: str
    name: str


class SiteQuerySet(models.QuerySet["Site"]):
    def list_names(self) -> list[SiteName]:
        """Return all sites by state and name. Only four columns, because there are many sites."""
        return list(starmap(SiteName, self.order_by("state", "name").values_list(*SiteName._fields)))


@pghistory.track()
class Site(PublicModel):
    """One ASC. Pages show the times of its appointments in its zone."""

    code = models.CharField(_("Code"), max_length=10, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    street = models.CharField(_("Street"), max_length=200)
    city = models.CharField(_("City"), max_length=100)
    state = models.CharField(_("State or territory"), max_length=2)
    postal_code = models.CharField(_("ZIP Code"), max_length=10)
    tz = TimeZoneField(_("Time zone"), max_length=60)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def address_lines(self) -> tuple[str, str]:
        return self.street, f"{self.city}, {self.state} {self.postal_code}"


class SiteHours(models.Model):
    """The opening hours of a site on one weekday, in local time. Without a row it is closed that day."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="1 is Monday, 7 is Sunday.")
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        ordering = ["site_id", "weekday"]
        verbose_name_plural = "site hours"
        constraints = [
            models.UniqueConstraint(fields=["site", "weekday"], name="site_hours_one_per_weekday"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="site_hours_weekday_known"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="site_hours_close_after_they_open"
            ),
        ]

    def __str__(self) -> str:
        return f"site {self.site_id}, weekday {self.weekday}"
