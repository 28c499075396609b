"""Sites: the Application Support Centers (ASC)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt
from django.utils.translation import gettext_lazy as _

from portal.foundation.bilingual import choose_language
from portal.foundation.public_ids import PublicModel
from portal.foundation.zip_codes import Coordinates


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


EARTH_RADIUS_MILES = 3958.8


def build_miles(latitude: Any, longitude: Any) -> Case:
    """Return the great-circle distance in miles between a site and a point, as an SQL expression (haversine).

    Null for a site without coordinates. The point is given in degrees, as numbers or expressions.
    """
    north, site_north = Radians(latitude), Radians(F("latitude"))
    half_north = (site_north - north) / 2.0
    half_east = (Radians(F("longitude")) - Radians(longitude)) / 2.0
    chord = Power(Sin(half_north), 2.0) + Cos(north) * Cos(site_north) * Power(Sin(half_east), 2.0)
    # Rounding can bring opposite points above 1, which has no arcsine.
    miles = ASin(Least(1.0, Sqrt(chord))) * (2 * EARTH_RADIUS_MILES)
    # LEAST ignores nulls: without the condition a site without coordinates would be half a world away.
    return Case(When(latitude__isnull=False, then=miles), output_field=models.FloatField())


class SiteQuerySet(models.QuerySet["Site"]):
    def with_miles(self, *point: Any) -> "SiteQuerySet":
        """Add `miles`, the distance from a point: latitude and longitude. Without a point it is null."""
        return self.annotate(miles=build_miles(*point) if point else Value(None, models.FloatField()))


# Facts of a site that people read. Each has a column for each language: both are filled, or both empty.
SITE_TEXTS = ("accessibility", "parking", "not_allowed", "directions")
SITE_TEXT_MAX_LENGTH = 500


def _is_in_both_languages(name: str) -> Q:
    english, spanish = {f"{name}_en": ""}, {f"{name}_es": ""}
    return Q(**english, **spanish) | (~Q(**english) & ~Q(**spanish))


@pghistory.track()
class Site(PublicModel):
    """One ASC. Pages show the times of its appointments in its zone.

    Without coordinates its distance is unknown. They are those of the delivery, or the middle of its ZIP
    Code.
    """

    code = models.CharField(_("Code"), max_length=10, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    street = models.CharField(_("Street"), max_length=200)
    city = models.CharField(_("City"), max_length=100)
    state = models.CharField(_("State or territory"), max_length=2)
    postal_code = models.CharField(_("ZIP Code"), max_length=10)
    tz = TimeZoneField(_("Time zone"), max_length=60)
    latitude = models.FloatField(_("Latitude"), null=True, blank=True)
    longitude = models.FloatField(_("Longitude"), null=True, blank=True)
    accessibility_en = models.TextField(_("Accessibility in English"), blank=True, default="", db_default="")
    accessibility_es = models.TextField(_("Accessibility in Spanish"), blank=True, default="", db_default="")
    parking_en = models.TextField(_("Parking in English"), blank=True, default="", db_default="")
    parking_es = models.TextField(_("Parking in Spanish"), blank=True, default="", db_default="")
    not_allowed_en = models.TextField(
        _("What is not allowed in English"), blank=True, default="", db_default=""
    )
    not_allowed_es = models.TextField(
        _("What is not allowed in Spanish"), blank=True, default="", db_default=""
    )
    directions_en = models.TextField(_("Directions in English"), blank=True, default="", db_default="")
    directions_es = models.TextField(_("Directions in Spanish"), blank=True, default="", db_default="")

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                # A CHECK accepts NULL, so a half pair has to be excluded by name.
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="site_coordinates_on_earth",
            ),
            *(
                models.CheckConstraint(
                    condition=_is_in_both_languages(text), name=f"site_{text}_in_both_languages"
                )
                for text in SITE_TEXTS
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def coordinates(self) -> Coordinates | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Coordinates(self.latitude, self.longitude)

    @property
    def accessibility(self) -> str:
        return choose_language(en=self.accessibility_en, es=self.accessibility_es)

    @property
    def parking(self) -> str:
        return choose_language(en=self.parking_en, es=self.parking_es)

    @property
    def not_allowed(self) -> str:
        return choose_language(en=self.not_allowed_en, es=self.not_allowed_es)

    @property
    def directions(self) -> str:
        return choose_language(en=self.directions_en, es=self.directions_es)

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
