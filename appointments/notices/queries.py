"""Read notices: those of an account, and the one that a printed code belongs to."""

from enum import StrEnum

from django.db.models import QuerySet

from accounts.models import User
from appointments.booking.queries import or_404
from appointments.models import Appointment, Notice


class NoticeValidity(StrEnum):
    """Whether a printed notice is still valid."""

    SCHEDULED = "scheduled"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    UNKNOWN = "unknown"


@or_404
def get_notice_or_404(user: User) -> QuerySet[Notice]:
    """Return the account's own notice, as long as the account may act on the case. Raises Http404."""
    return Notice.objects.for_account(user).select_related("appointment", "reschedule", "case")


def list_notices(*, account: User) -> QuerySet[Notice]:
    """Return the account's notices with their appointments, newest first."""
    return Notice.objects.for_account(account).select_related("appointment")


def get_notice_validity(*, code: str) -> NoticeValidity:
    """Return whether the notice with this verification code is about a current appointment. One statement."""
    notice = Notice.objects.select_related("appointment").filter(verification_code=code).first()
    if notice is None:
        return NoticeValidity.UNKNOWN
    match notice.related_appointment.status:
        case Appointment.Status.SCHEDULED:
            return NoticeValidity.SCHEDULED
        case Appointment.Status.SUPERSEDED:
            return NoticeValidity.SUPERSEDED
    return NoticeValidity.ENDED
