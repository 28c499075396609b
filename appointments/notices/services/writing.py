"""Freeze the facts of notices about an appointment, and write them with their messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import cast

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.services import outbox
from appointments.models import Appointment, Notice, PlaceAndTime
from appointments.notices.facts import NoticeFacts, NoticeKind

TEMPLATES = {Notice.Kind.CANCELED: "appointments/notices/email/canceled"}
OTHER_TEMPLATE = "appointments/notices/email/notice"


@dataclass(frozen=True, slots=True)
class AppointmentChange:
    """One change of an appointment. Read the appointment with its slot, site, person, case and office.

    `old` is where and when it was before, if that changed. `reschedules` is how many its series has.
    """

    kind: Notice.Kind
    appointment: Appointment
    changed_at: datetime
    old: PlaceAndTime | None
    reschedules: int
    confirmation_number: str | None = None
    reschedules_left: int | None = None


def freeze_facts(*, change: AppointmentChange, addressee: User, code: str) -> NoticeFacts:
    """Return the facts of this change that its documents for this addressee will ever use."""
    appointment = change.appointment
    person, case = appointment.person, appointment.case
    office = case.form_type.contact_route
    in_spanish = addressee.language == User.Language.SPANISH
    return NoticeFacts(
        kind=cast("NoticeKind", change.kind.value),
        language="es" if in_spanish else "en",
        agency_name=settings.AGENCY_NAME,
        receipt_number=case.receipt_number,
        form_code=case.form_type.code,
        person_name=person.name,
        addressee_name=addressee.name,
        notice_on=change.changed_at.astimezone(appointment.slot.site.zone).date(),
        confirmation_number=change.confirmation_number,
        verification_code=code,
        check_url=settings.PUBLIC_URL + reverse("appointments:check_notice"),
        biometrics_code=appointment.biometrics_code,
        old=change.old,
        new=PlaceAndTime.of_slot(appointment.slot),
        sequence=change.reschedules + appointment.series.calendar_changes,
        calendar_uid=appointment.series.calendar_uid,
        is_demo=settings.IS_DEMO,
        contact_name=office.name_es if in_spanish else office.name_en,
        contact_phone=office.phone,
        contact_hours=office.hours_es if in_spanish else office.hours_en,
        reschedules_left=change.reschedules_left,
    )


def write_notices(notices: Sequence[Notice]) -> list[Notice]:
    """Write the notices and queue a message for each. Takes two statements for each kind and week."""
    by_message = sorted(notices, key=_get_message)
    for (template, week), alike in groupby(by_message, key=_get_message):
        _queue_messages(list(alike), template, week)
    return Notice.objects.bulk_create(notices)


def _queue_messages(notices: Sequence[Notice], template: str, week: str) -> None:
    messages = outbox.queue_notice_mail(
        accounts=[notice.addressee for notice in notices], template=template, context={"week_of": week}
    )
    for notice, message in zip(notices, messages, strict=True):
        notice.email = message


def _get_message(notice: Notice) -> tuple[str, str]:
    """Return the template, and the Monday of the appointment's week: a message has no more exact date."""
    slot = notice.related_appointment.slot
    day = slot.starts_at.astimezone(slot.site.zone).date()
    week = (day - timedelta(days=day.weekday())).isoformat()
    return TEMPLATES.get(Notice.Kind(notice.kind), OTHER_TEMPLATE), week
