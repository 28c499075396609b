"""Read notices: those of an account, and the one that a printed code belongs to."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db.models import Case, QuerySet, When
from django.http import Http404

from accounts.models import User
from appointments.booking.queries import get_appointment_or_404, or_404
from appointments.models import Appointment, Notice, PlaceAndTime, Reschedule
from appointments.notices.calendar import CalendarEntry
from appointments.notices.facts import NoticeFacts


@or_404
def get_notice_or_404(user: User) -> QuerySet[Notice]:
    """Return the account's own notice, as long as the account may act on the case. Raises Http404."""
    rows = Notice.objects.for_account(user).with_validity()
    return rows.select_related("appointment__slot__site", "reschedule", "case")


def list_notices(*, account: User) -> QuerySet[Notice]:
    """Return the account's notices with their appointments, newest first."""
    return Notice.objects.for_account(account).with_validity()


def get_scheduled_appointment_or_404(*, user: User, public_id: UUID) -> Appointment:
    """Return an appointment that is scheduled, if the account may act on its case now. Raises Http404."""
    appointment = get_appointment_or_404(user=user, public_id=public_id)
    if appointment.status != Appointment.Status.SCHEDULED:
        raise Http404
    return appointment


def get_current_facts_or_404(*, reader: User, appointment: Appointment) -> NoticeFacts:
    """Return the facts of the appointment's current notice, addressed to the reader. Raises Http404.

    Everyone who may act on the case can print it, also a representative who came after it was written.
    """
    written = Notice.objects.filter(appointment=appointment, verification_code__isnull=False)
    own_first = Case(When(addressee=reader, then=0), default=1)
    notice = written.order_by("-facts__sequence", own_first, "-id").first()
    if notice is None:
        raise Http404
    facts = NoticeFacts.from_json(notice.facts)
    if notice.addressee_id == reader.pk:
        return facts
    return facts.address_to(reader, office=appointment.case.form_type.contact_route)


def get_calendar_entry(appointment: Appointment) -> CalendarEntry:
    """Return the calendar entry of a scheduled appointment as it is now. One statement."""
    series = appointment.series
    reschedules = Reschedule.objects.filter(series=series).count()
    return CalendarEntry(
        uid=series.calendar_uid,
        sequence=reschedules + series.calendar_changes,
        place=PlaceAndTime.of_slot(appointment.slot),
        agency_name=settings.AGENCY_NAME,
        is_demo=settings.IS_DEMO,
    )


def list_notices_of_reschedules(*, account: User, reschedule_ids: Collection[int]) -> list[Notice]:
    """Return the account's own notices of these reschedules, in the order of the ids. One statement."""
    rows = Notice.objects.for_account(account).with_validity().filter(reschedule__in=reschedule_ids)
    order = {key: place for place, key in enumerate(reschedule_ids)}
    return sorted(rows, key=lambda notice: order[notice.reschedule_id or 0])


def find_verified_notice(*, code: str) -> Notice | None:
    """Return the notice with this verification code, or None. One statement."""
    return Notice.objects.with_validity().filter(verification_code=code).first()
