"""Notices of reschedules: the addressees and the frozen facts. Writes rows; a worker sends the mail."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Representation, User
from accounts.services import outbox
from appointments.booking.numbers import generate_verification_code
from appointments.booking.reschedules import CompletedReschedule
from appointments.models import Appointment, Notice, PlaceAndTime, Reschedule
from appointments.notices.facts import NoticeFacts
from portal.foundation.compiled_queries import compiled_query


def queue_reschedule_notices(completed: Sequence[CompletedReschedule]) -> list[Notice]:
    """Write a notice and queue one message for each addressee of each reschedule.

    The addressees are the requestor and the active representative. Runs in the transaction of the
    reschedules. Several people of one case at one site in one week need as many statements as one person.
    """
    addressed = [
        (row, addressee)
        for row, addressees in zip(
            completed, _find_addressees([row.reschedule for row in completed]), strict=True
        )
        for addressee in addressees
    ]
    notices = [
        Notice(
            kind=Notice.Kind.AGENCY_RESCHEDULED if _is_by_agency(row.reschedule) else Notice.Kind.RESCHEDULED,
            addressee=addressee,
            appointment=row.reschedule.to_appointment,
            reschedule=row.reschedule,
            facts=_freeze_facts(row, addressee, code).to_json(),
            verification_code=code,
        )
        for row, addressee in addressed
        for code in [generate_verification_code()]
    ]
    for week, of_week in groupby(notices, key=lambda notice: _get_week(notice.appointment)):
        _queue_messages(list(of_week), week)
    return Notice.objects.bulk_create(notices)


def _queue_messages(notices: Sequence[Notice], week: str) -> None:
    messages = outbox.queue_notice_mail(
        accounts=[notice.addressee for notice in notices],
        template="appointments/notices/email/notice",
        context={"week_of": week},
    )
    for notice, message in zip(notices, messages, strict=True):
        notice.email = message


def _freeze_facts(completed: CompletedReschedule, addressee: User, code: str) -> NoticeFacts:
    """Return the facts of this reschedule that its documents for this addressee will ever use."""
    reschedule = completed.reschedule
    new_slot = reschedule.to_appointment.slot
    person = reschedule.series.person
    case = person.case
    route = case.form_type.contact_route
    in_spanish = addressee.language == User.Language.SPANISH
    return NoticeFacts(
        kind="agency_rescheduled" if _is_by_agency(reschedule) else "rescheduled",
        language="es" if in_spanish else "en",
        agency_name=settings.AGENCY_NAME,
        receipt_number=case.receipt_number,
        form_code=case.form_type.code,
        person_name=person.name,
        addressee_name=addressee.name,
        notice_on=reschedule.rescheduled_at.astimezone(new_slot.site.zone).date(),
        confirmation_number=reschedule.confirmation_number,
        verification_code=code,
        check_url=settings.PUBLIC_URL + reverse("appointments:check_notice"),
        biometrics_code=reschedule.to_appointment.biometrics_code,
        old=PlaceAndTime.of_slot(reschedule.from_appointment.slot),
        new=PlaceAndTime.of_slot(new_slot),
        sequence=reschedule.number,
        calendar_uid=reschedule.series.calendar_uid,
        is_demo=settings.IS_DEMO,
        contact_name=route.name_es if in_spanish else route.name_en,
        contact_phone=route.phone,
        contact_hours=route.hours_es if in_spanish else route.hours_en,
        reschedules_left=completed.reschedules_left,
    )


def _is_by_agency(reschedule: Reschedule) -> bool:
    return reschedule.channel == Reschedule.Channel.AGENCY


def _find_addressees(reschedules: Sequence[Reschedule]) -> list[list[User]]:
    """Return the requestor and representative for each reschedule. One statement per case, or none."""
    representatives: dict[int, list[User]] = {}
    found = []
    for reschedule in reschedules:
        case = reschedule.series.person.case
        if case.pk not in representatives:
            representatives[case.pk] = _find_representatives(reschedule)
        found.append(([case.requestor] if case.requestor else []) + representatives[case.pk])
    return found


def _find_representatives(reschedule: Reschedule) -> list[User]:
    """Return the current representative. There is at most one: if a representative acted, it is that one."""
    if reschedule.representation is not None and reschedule.actor is not None:
        return [reschedule.actor]
    return [row.representative for row in _list_in_force(reschedule.series.person.case_id)]


@compiled_query
def _list_in_force(case_id: int) -> QuerySet[Representation]:
    return Representation.objects.in_force().filter(case=case_id).select_related("representative")


def _get_week(appointment: Appointment | None) -> str:
    """Return the Monday of the appointment's week as ISO date. A message never has a more exact date."""
    if appointment is None:
        raise ValueError("The notice of a reschedule has an appointment.")
    slot = appointment.slot
    day = slot.starts_at.astimezone(slot.site.zone).date()
    return (day - timedelta(days=day.weekday())).isoformat()
