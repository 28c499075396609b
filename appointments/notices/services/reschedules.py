"""Notices of reschedules: the addressees and the frozen facts. Writes rows; a worker sends the mail."""

from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import Representation, User
from appointments.booking.numbers import generate_verification_code
from appointments.booking.reschedules import CompletedReschedule
from appointments.models import Notice, PlaceAndTime, Reschedule
from appointments.notices.services.writing import AppointmentChange, freeze_facts, write_notices
from portal.foundation.compiled_queries import compiled_query


def queue_reschedule_notices(
    *, completed: Sequence[CompletedReschedule], kind: Notice.Kind | None = None
) -> list[Notice]:
    """Write a notice and queue one message for each addressee of each reschedule.

    The addressees are the requestor and the active representative. Runs in the transaction of the
    reschedules. Several people of one case at one site in one week need as many statements as one person.
    `kind` is given where the new appointment is already canceled.
    """
    addressed = [
        (row, addressee)
        for row, addressees in zip(
            completed, _find_addressees([row.reschedule for row in completed]), strict=True
        )
        for addressee in addressees
    ]
    return write_notices(
        [
            Notice(
                kind=kind or _get_kind(row.reschedule),
                addressee=addressee,
                appointment=row.reschedule.to_appointment,
                reschedule=row.reschedule,
                facts=freeze_facts(
                    change=_build_change(row, kind or _get_kind(row.reschedule)),
                    addressee=addressee,
                    code=code,
                ).to_json(),
                verification_code=code,
            )
            for row, addressee in addressed
            for code in [generate_verification_code()]
        ]
    )


def _build_change(completed: CompletedReschedule, kind: Notice.Kind) -> AppointmentChange:
    reschedule = completed.reschedule
    return AppointmentChange(
        kind=kind,
        appointment=reschedule.to_appointment,
        changed_at=reschedule.rescheduled_at,
        old=PlaceAndTime.of_slot(reschedule.from_appointment.slot),
        reschedules=reschedule.number,
        confirmation_number=reschedule.confirmation_number,
        reschedules_left=completed.reschedules_left,
    )


def _get_kind(reschedule: Reschedule) -> Notice.Kind:
    by_agency = reschedule.channel == Reschedule.Channel.AGENCY
    return Notice.Kind.AGENCY_RESCHEDULED if by_agency else Notice.Kind.RESCHEDULED


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
