"""Whether a notice is still the valid one for its appointment. Pure: reads the rows that it is given."""

from datetime import datetime
from enum import StrEnum

from appointments.models import Appointment, Notice, PlaceAndTime
from portal.foundation.site_time import in_site_zone


class NoticeValidity(StrEnum):
    """The state of a notice about an appointment."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    CANCELED = "canceled"
    OVER = "over"


def get_validity(notice: Notice, *, now: datetime | None = None) -> NoticeValidity:
    """Return whether the notice is valid. Read it `with_validity` and with its appointment.

    With `now`, an appointment whose day at the site has passed is over, also if its result is not known yet.
    """
    match notice.related_appointment.status:
        case Appointment.Status.SUPERSEDED:
            return NoticeValidity.SUPERSEDED
        case Appointment.Status.CANCELLED:
            return NoticeValidity.CANCELED
        case Appointment.Status.SCHEDULED:
            if notice.is_outdated:
                return NoticeValidity.SUPERSEDED
            return NoticeValidity.OVER if now and _has_passed(notice, now) else NoticeValidity.VALID
    return NoticeValidity.OVER


def _has_passed(notice: Notice, now: datetime) -> bool:
    place = PlaceAndTime.from_json(notice.facts["new"])
    return in_site_zone(now, place.tz).date() > in_site_zone(place.starts_at, place.tz).date()
