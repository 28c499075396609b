"""Unfinished work of an account: reasons given, and items of an open bulk reschedule.

Both end when the account loses its authority over the case. Reasons are written under the same locks as a
reschedule, so none survives a revocation, a closed case or a deleted account at the same moment.
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
    """Lock and return these appointments of one case, so that the account can state a reason for them.

    Locks: authority (share), series.
    Raises: NotYours.
    """
    locks.share_authority(account=account, case_id=appointments[0].person.case_id)
    locks.lock_all_series(appointment.series_id for appointment in appointments)
    appointments = locks.get_locked_appointments(appointment.pk for appointment in appointments)
    locks.check_authority(account=account, case=appointments[0].case)
    return appointments


def can_have_reason(appointment: Appointment) -> bool:
    """Return whether a reason can be saved: the appointment is scheduled and its case is open."""
    is_scheduled = appointment.status == Appointment.Status.SCHEDULED
    return is_scheduled and appointment.case.closed_at is None


@compiled_query
def _drafts(account_id: int, appointment_id: int) -> QuerySet[RescheduleDraft]:
    return RescheduleDraft.objects.select_related("reason").filter(
        account=account_id, appointment=appointment_id
    )


def find_draft(*, account: User, appointment: Appointment) -> RescheduleDraft | None:
    """Return the reason that the account gave for this appointment, or None."""
    return _drafts.first(account.pk, appointment.pk)


def save_drafts(
    *, cause: GoodCause, account: User, appointments: Iterable[Appointment], note: str = ""
) -> list[RescheduleDraft]:
    """Save the account's reason for these appointments in place of an earlier one. Needs the series locks."""
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


def delete_drafts_of_account(*, account_id: int, case: Case) -> None:
    """Delete the account's reasons on the case, and mark its open bulk items as no longer its own.

    The items stay in the open bulk reschedule, which shows no details of them. Needs the locks of the case
    and of its series.
    """
    RescheduleDraft.objects.filter(account=account_id, appointment__series__person__case=case).delete()
    BulkItem.objects.filter(
        bulk__account=account_id,
        bulk__finished_at=None,
        appointment__series__person__case=case,
    ).exclude(outcome=BulkItem.Outcome.RESCHEDULED).update(outcome=BulkItem.Outcome.NOT_YOURS)


def delete_drafts_on_case(case: Case) -> None:
    """Delete every account's reasons for appointments of the case. Needs the same locks."""
    RescheduleDraft.objects.filter(appointment__series__person__case=case).delete()
