"""Reading notices: marking one read, and telling whether a printed one is still the standing one."""

from enum import StrEnum

from appointments.models import Appointment, Notice
from portal.foundation.clock import DatabaseNow


class NoticeValidity(StrEnum):
    """What a printed code stands for."""

    SCHEDULED = "scheduled"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    UNKNOWN = "unknown"


def mark_read(notice: Notice) -> None:
    """Records when the notice was first opened."""
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=DatabaseNow())


def check_notice_code(code: str) -> NoticeValidity:
    """Whether the notice with this verification code speaks of the appointment that stands. One statement."""
    notice = Notice.objects.select_related("appointment").filter(verification_code=code).first()
    if notice is None:
        return NoticeValidity.UNKNOWN
    if notice.related_appointment.status == Appointment.Status.SCHEDULED:
        return NoticeValidity.SCHEDULED
    if notice.related_appointment.status == Appointment.Status.SUPERSEDED:
        return NoticeValidity.SUPERSEDED
    return NoticeValidity.ENDED
