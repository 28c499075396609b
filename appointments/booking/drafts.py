"""What an account began and did not finish: reasons given, picks of a sitting. Both end with its authority.

Reasons are written under the same locks as a move, so none outlives a revocation, a closing or a deletion
that happens in the same moment.
"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from accounts.models import Case, User
from appointments.booking import locks
from appointments.booking.reschedules import GoodCause
from appointments.models import Appointment, BulkItem, RescheduleDraft
from portal.foundation.clock import DatabaseNow
from portal.foundation.compiled_queries import compiled_query


def lock_and_check(*, account: User, appointments: Sequence[Appointment]) -> list[Appointment]:
    """These appointments of one case as they are under the locks under which the account may state a reason.

    Locks authority (share), chains. Raises NotYours.
    """
    locks.share_authority(account=account, case_id=appointments[0].series.person.case_id)
    locks.lock_series_list(appointment.series_id for appointment in appointments)
    appointments = locks.get_locked_appointments(appointment.pk for appointment in appointments)
    locks.check_authority(account=account, case=appointments[0].series.person.case)
    return appointments


def can_be_stated_for(appointment: Appointment) -> bool:
    """Whether a reason for moving it is kept at all: it stands, and its case is open."""
    stands = appointment.status == Appointment.Status.SCHEDULED
    return stands and appointment.series.person.case.closed_at is None


@compiled_query
def _drafts(account_id: int, appointment_id: int) -> QuerySet[RescheduleDraft]:
    return RescheduleDraft.objects.select_related("reason").filter(
        account=account_id, appointment=appointment_id
    )


def find(*, account: User, appointment: Appointment) -> RescheduleDraft | None:
    """The reason that the account gave for this appointment, if it did."""
    return _drafts.first(account.pk, appointment.pk)


def keep(
    cause: GoodCause, *, account: User, appointments: Iterable[Appointment], note: str = ""
) -> list[RescheduleDraft]:
    """The account's reason for these appointments; the last one given stands. Wants the chains' locks."""
    return RescheduleDraft.objects.bulk_create(
        (
            RescheduleDraft(
                appointment=appointment,
                account=account,
                reason=cause.reason,
                explanation=cause.explanation,
                note=note,
                updated_at=DatabaseNow(),
            )
            for appointment in appointments
        ),
        update_conflicts=True,
        unique_fields=["appointment", "account"],
        update_fields=["reason", "explanation", "note", "updated_at"],
    )


def end_for(account_id: int, case: Case) -> None:
    """What this account began on the case is over. Wants the locks of the case and of its chains.

    A pick of an open sitting stays in it, as one of which nothing may be said any more.
    """
    RescheduleDraft.objects.filter(account=account_id, appointment__series__person__case=case).delete()
    BulkItem.objects.filter(
        bulk__account=account_id,
        bulk__finished_at=None,
        appointment__series__person__case=case,
    ).exclude(outcome=BulkItem.Outcome.RESCHEDULED).update(outcome=BulkItem.Outcome.NOT_YOURS)


def forget_on(case: Case) -> None:
    """No reason given for an appointment of the case is kept, whoever gave it. Wants the same locks."""
    RescheduleDraft.objects.filter(appointment__series__person__case=case).delete()
