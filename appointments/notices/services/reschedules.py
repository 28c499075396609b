"""Who is told of a move, and with which frozen facts. Rows only: a worker draws and sends the mail."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Representation, User
from accounts.services import outbox
from appointments.booking.numbers import generate_verification_code
from appointments.booking.seats import place_and_time
from appointments.models import Notice, Reschedule, Slot
from appointments.notices.facts import NoticeFacts
from portal.foundation.compiled_queries import compiled_query


def write_reschedule_notices(
    reschedule: Reschedule, *, old_slot: Slot, new_slot: Slot, reschedules_left: int
) -> list[Notice]:
    """One notice, and one e-mail owed, to each addressee: the requestor and a representative in force."""
    addressees = _addressees(reschedule)
    messages = outbox.queue_notice_mail(
        accounts=addressees,
        template="appointments/notices/email/notice",
        context={"week_of": _week_of(new_slot)},
    )
    return Notice.objects.bulk_create(
        Notice(
            kind=Notice.Kind.AGENCY_RESCHEDULED if _is_by_agency(reschedule) else Notice.Kind.RESCHEDULED,
            addressee=addressee,
            appointment=reschedule.to_appointment,
            reschedule=reschedule,
            facts=_freeze_facts(
                reschedule,
                addressee,
                code,
                old_slot=old_slot,
                new_slot=new_slot,
                reschedules_left=reschedules_left,
            ).to_json(),
            verification_code=code,
            email=message,
        )
        for addressee, message in zip(addressees, messages, strict=True)
        for code in [generate_verification_code()]
    )


def _freeze_facts(
    reschedule: Reschedule,
    addressee: User,
    code: str,
    *,
    old_slot: Slot,
    new_slot: Slot,
    reschedules_left: int,
) -> NoticeFacts:
    """All that the printed notice and the calendar entry will ever say of this move to this addressee."""
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
        old=place_and_time(old_slot),
        new=place_and_time(new_slot),
        sequence=reschedule.number,
        calendar_uid=reschedule.series.calendar_uid,
        is_demo=settings.IS_DEMO,
        contact_name=route.name_es if in_spanish else route.name_en,
        contact_phone=route.phone,
        contact_hours=route.hours_es if in_spanish else route.hours_en,
        reschedules_left=reschedules_left,
    )


def _is_by_agency(reschedule: Reschedule) -> bool:
    return reschedule.channel == Reschedule.Channel.AGENCY


def _addressees(reschedule: Reschedule) -> list[User]:
    case = reschedule.series.person.case
    return ([case.requestor] if case.requestor else []) + _representatives(reschedule)


def _representatives(reschedule: Reschedule) -> list[User]:
    """Whoever represents the requestor at this moment; at most one, so a representative who moved is it."""
    if reschedule.representation is not None and reschedule.actor is not None:
        return [reschedule.actor]
    return [row.representative for row in _in_force_on(reschedule.series.person.case_id)]


@compiled_query
def _in_force_on(case_id: int) -> QuerySet[Representation]:
    return Representation.objects.in_force().filter(case=case_id).select_related("representative")


def _week_of(slot: Slot) -> str:
    """The Monday of the appointment's week, the most an e-mail may say of it. ISO date."""
    day = slot.starts_at.astimezone(slot.site.zone).date()
    return (day - timedelta(days=day.weekday())).isoformat()
