"""Application Support Centers: the places to which people come."""

from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from policy.identity import PublicModel


def validate_zone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA zone such as America/Phoenix."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(zone)s” is no time zone. Write it like America/Phoenix."), params={"zone": name}
        )


@pghistory.track()
class Site(PublicModel):
    """One ASC. Its zone decides every time that a person reads."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10)
    tz = models.CharField(max_length=60, validators=[validate_zone])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def address_lines(self) -> tuple[str, str]:
        return self.street, f"{self.city}, {self.state} {self.postal_code}"
