"""Everything that happened on a case, as (kind, row, instant), newest first: one statement a page.

What a reader may not know is left out here, so that no page and no count betrays it.
"""

from datetime import datetime
from enum import StrEnum

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import (
    AccessCode,
    Case,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    User,
)
from appointments.models import Appointment, Reschedule, Reservation, ReservedSeat

ENDED = (Appointment.Status.ATTENDED, Appointment.Status.MISSED, Appointment.Status.CANCELLED)


class EventKind(StrEnum):
    """What happened, and to which table the key belongs."""

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    APPOINTMENT_ENDED = "appointment_ended"
    APPOINTMENT_MISSED = "appointment_missed"
    HOLD_EXPIRED = "hold_expired"
    INVITED = "invited"
    INVITATION_TAKEN_BACK = "invitation_cancelled"
    PASSCODE_MADE = "passcode_made"
    REQUESTEE = "asked"
    REPRESENTED = "represented"
    NO_LONGER_REPRESENTED = "no_longer_represented"
    CASE_ADDED = "case_added"
    CASE_FILED_ONLINE = "case_filed_online"
    CASE_CLOSED = "case_closed"


def list_events(case: Case, reader: User) -> QuerySet[Reschedule, tuple[str, int, datetime]]:
    """Rows of (kind, key, instant) that the reader may know of: the client of the case, or who acts on it.

    Each part is found by the index on its key to the case.
    """
    parts = _on_appointments(case) | _on_access(case) | _on_representation(case, reader)
    if case.requestor_id == reader.pk:
        parts |= _by_client(case)
    reschedules = Reschedule.objects.filter(series__person__case=case).annotate(at=F("rescheduled_at"))
    return (
        _as_rows(reschedules, EventKind.RESCHEDULED)
        .union(*(_as_rows(rows, kind) for kind, rows in parts.items()), all=True)
        .order_by("-at", "kind", "-pk")
    )


Parts = dict[EventKind, QuerySet]  # type: ignore[type-arg]


def _on_appointments(case: Case) -> Parts:
    appointments = Appointment.objects.filter(series__person__case=case)
    came_by_a_reschedule = Exists(Reschedule.objects.filter(to_appointment=OuterRef("pk")))
    return {
        EventKind.SCHEDULED: appointments.filter(~came_by_a_reschedule).annotate(at=F("scheduled_at")),
        EventKind.APPOINTMENT_ENDED: appointments.filter(status__in=ENDED).annotate(
            at=F("status_changed_at")
        ),
        EventKind.APPOINTMENT_MISSED: _missed_and_rescheduled(appointments),
        EventKind.HOLD_EXPIRED: ReservedSeat.objects.filter(
            appointment__series__person__case=case, reservation__state=Reservation.State.EXPIRED
        ).annotate(at=F("reservation__ended_at")),
    }


def _missed_and_rescheduled(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Appointments that someone missed and that were moved later: when it happened the past alone knows."""
    past = Appointment.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    missed = past.filter(pgh_obj=OuterRef("pk"), status=Appointment.Status.MISSED).order_by("pgh_id")
    rescheduled = appointments.filter(status=Appointment.Status.SUPERSEDED)
    return rescheduled.annotate(at=Subquery(missed.values("status_changed_at")[:1])).filter(at__isnull=False)


def _on_access(case: Case) -> Parts:
    return {
        EventKind.CASE_ADDED: AccessCode.objects.filter(case=case, used_at__isnull=False).annotate(
            at=F("used_at")
        ),
        EventKind.CASE_FILED_ONLINE: _attachments(case),
        EventKind.CASE_CLOSED: Case.objects.filter(pk=case.pk, closed_at__isnull=False).annotate(
            at=F("closed_at")
        ),
    }


def _attachments(case: Case) -> QuerySet:  # type: ignore[type-arg]
    """When a case that was filed online came to an account without a code: the past alone knows."""
    past = Case.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    before = past.filter(
        pgh_obj=OuterRef("pgh_obj"), requestor=OuterRef("requestor"), pgh_id__lt=OuterRef("pgh_id")
    )
    by_code = AccessCode.objects.filter(case=OuterRef("pgh_obj"), used_by=OuterRef("requestor"))
    attached: QuerySet = past.filter(  # type: ignore[type-arg]
        ~Exists(before),
        ~Exists(by_code),
        pgh_obj=case,
        requestor__isnull=False,
        filing_channel=Case.FilingChannel.ONLINE,
    ).annotate(at=F("pgh_created_at"))
    return attached


def _on_representation(case: Case, reader: User) -> Parts:
    """The client knows who asked; a representative the own requests, and who else acted on the case."""
    if case.requestor_id == reader.pk:
        known = Representation.objects.known_to_client().filter(case=case)
        asked = known.filter(origin=Representation.Origin.PASSCODE)
    else:
        own, acted = Q(representative=reader), Q(in_force_from__isnull=False)
        known = Representation.objects.filter(own | acted, case=case)
        asked = known.filter(own).exclude(origin=Representation.Origin.PAPER)
    return {
        EventKind.REQUESTEE: asked.annotate(at=F("requested_at")),
        EventKind.REPRESENTED: known.filter(in_force_from__isnull=False).annotate(at=F("in_force_from")),
        EventKind.NO_LONGER_REPRESENTED: known.filter(ended_at__isnull=False).annotate(at=F("ended_at")),
    }


def _by_client(case: Case) -> Parts:
    """What looks the same whomever it reached."""
    invitations = RepresentativeInvitation.objects.filter(case=case)
    return {
        EventKind.INVITED: invitations.annotate(at=F("invited_at")),
        EventKind.INVITATION_TAKEN_BACK: invitations.filter(cancelled_at__isnull=False).annotate(
            at=F("cancelled_at")
        ),
        EventKind.PASSCODE_MADE: RepresentativePasscode.objects.filter(case=case).annotate(at=F("issued_at")),
    }


def _as_rows(rows: QuerySet, kind: EventKind) -> QuerySet:  # type: ignore[type-arg]
    named = rows.order_by().annotate(kind=Value(str(kind), output_field=CharField()))
    listed: QuerySet = named.values_list("kind", "pk", "at")  # type: ignore[type-arg]
    return listed
