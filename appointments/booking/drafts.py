"""What an account began and did not finish: reasons given, picks of a sitting. Both end with its authority.

Reasons are written under the same locks as a move, so none outlives a revocation, a closing or a deletion
that happens in the same moment.
"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from accounts.models import Case, User
from appointments.models import Appointment, Pick, RescheduleDraft
from appointments.booking import locks
from appointments.booking.reschedules import GoodCause
from portal.foundation.clock import DatabaseNow
from portal.foundation.compiled_queries import prepared


def lock_and_prove(*, account: User, appointments: Sequence[Appointment]) -> list[Appointment]:
    """These appointments of one case as they are under the locks under which the account may state a reason.

    Locks authority (share), chains. Raises NotYours.
    """
    locks.share_authority(account=account, case_id=appointments[0].chain.person.case_id)
    locks.lock_chains(appointment.chain_id for appointment in appointments)
    appointments = locks.read_locked_appointments(appointment.pk for appointment in appointments)
    locks.prove_authority(account=account, case=appointments[0].chain.person.case)
    return appointments


def can_be_stated_for(appointment: Appointment) -> bool:
    """Whether a reason for moving it is kept at all: it stands, and its case is open."""
    stands = appointment.status == Appointment.Status.STANDING
    return stands and appointment.chain.person.case.closed_at is None


@prepared
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
    RescheduleDraft.objects.filter(account=account_id, appointment__chain__person__case=case).delete()
    Pick.objects.filter(
        sitting__account=account_id,
        sitting__finished_at=None,
        appointment__chain__person__case=case,
    ).exclude(outcome=Pick.Outcome.MOVED).update(outcome=Pick.Outcome.NOT_YOURS)


def forget_on(case: Case) -> None:
    """No reason given for an appointment of the case is kept, whoever gave it. Wants the same locks."""
    RescheduleDraft.objects.filter(appointment__chain__person__case=case).delete()
