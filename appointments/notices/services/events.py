"""Notices of what happens to appointments without a reschedule: canceled, or the site has a new address."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, F

from accounts.models import Representation, User
from appointments.booking.numbers import generate_verification_code
from appointments.models import Appointment, AppointmentSeries, Notice, PlaceAndTime
from appointments.notices.services.writing import AppointmentChange, freeze_facts, write_notices

BATCH = 500


def queue_cancellation_notices(*, appointment_ids: Sequence[int], at: datetime) -> int:
    """Tell everyone concerned that these appointments are canceled. Return how many notices.

    Needs the locks of their series.
    """
    return _queue(Notice.Kind.CANCELED, appointment_ids, {}, at)


def queue_site_change_notices(*, old: Mapping[int, PlaceAndTime], at: datetime) -> int:
    """Give everyone concerned a new notice with the site as it is now. Return how many notices.

    `old` has where and when each appointment was announced, by its key. Needs the locks of their series.
    """
    return _queue(Notice.Kind.SITE_CHANGED, list(old), old, at)


def _queue(
    kind: Notice.Kind, appointment_ids: Sequence[int], old: Mapping[int, PlaceAndTime], at: datetime
) -> int:
    written = 0
    for start in range(0, len(appointment_ids), BATCH):
        keys = appointment_ids[start : start + BATCH]
        AppointmentSeries.objects.filter(appointments__in=keys).update(
            calendar_changes=F("calendar_changes") + 1
        )
        written += len(write_notices(_build_notices(kind, keys, old, at)))
    return written


def _build_notices(
    kind: Notice.Kind, keys: Sequence[int], old: Mapping[int, PlaceAndTime], at: datetime
) -> list[Notice]:
    appointments = (
        Appointment.objects.filter(pk__in=keys)
        .select_related("slot__site", "series__person__case__form_type__contact_route")
        .select_related("series__person__case__requestor")
        .annotate(reschedules=Count("series__reschedules"))
        .order_by("pk")
    )
    representatives = _find_representatives(keys)
    notices: list[Notice] = []
    for appointment in appointments:
        change = AppointmentChange(
            kind=kind,
            appointment=appointment,
            changed_at=at,
            old=old.get(appointment.pk),
            reschedules=appointment.reschedules,  # type: ignore[attr-defined] # an annotation
        )
        concerned = (appointment.case.requestor, representatives.get(appointment.case.pk))
        notices += [_build_notice(change, account) for account in concerned if account is not None]
    return notices


def _build_notice(change: AppointmentChange, addressee: User) -> Notice:
    code = generate_verification_code()
    return Notice(
        kind=change.kind,
        addressee=addressee,
        appointment=change.appointment,
        facts=freeze_facts(change=change, addressee=addressee, code=code).to_json(),
        verification_code=code,
    )


def _find_representatives(appointment_ids: Sequence[int]) -> dict[int, User]:
    """Return the representative in force by case. There is at most one for each case."""
    in_force = Representation.objects.in_force().filter(
        case__people__series__appointments__in=appointment_ids
    )
    return {row.case_id: row.representative for row in in_force.select_related("representative")}
