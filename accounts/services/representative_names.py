"""Change the name of a representative. Clients see verified names only: staff check each new one first."""

from datetime import datetime

from accounts.models import ALLOWED_STAGES, ApplicationAct, RepresentativeProfile, User
from accounts.services.applications import AlreadyDecided, DetailsChanged, check_can_verify
from portal.foundation.audit_context import audit_context
from portal.foundation.clock import database_now
from portal.foundation.transactions import in_durable_transaction

Stage = RepresentativeProfile.Stage


def change_name(*, account: User, name: str) -> None:
    """Set the name on the account, which the caller locked and saves.

    A verified representative keeps the verified name, and the new one waits for staff. A name that changes
    while an application waits counts as changed details, so that no officer verifies a name unseen.

    Locks: application, in the caller's transaction.
    """
    profile = RepresentativeProfile.objects.select_for_update(no_key=True).filter(user=account).first()
    if profile is None or profile.stage == Stage.REJECTED:
        account.name = name
    elif profile.stage == Stage.WAITING:
        if name != account.name and profile.submitted_at is not None:
            profile.submitted_at = database_now()
            profile.save(update_fields=["submitted_at"])
        account.name = name
    else:
        _request_name(profile, "" if name == account.name else name)


def _request_name(profile: RepresentativeProfile, name: str) -> None:
    """Store the name that waits for staff. An empty one takes the request back."""
    if name == profile.requested_name:
        return
    profile.requested_name = name
    profile.name_requested_at = database_now() if name else None
    profile.save(update_fields=["requested_name", "name_requested_at"])


@in_durable_transaction
def decide_name(
    *, actor: User, profile: RepresentativeProfile, seen_at: datetime, is_confirmed: bool, note: str
) -> None:
    """Confirm the new name of a verified representative, or keep the verified one.

    `seen_at` is the `name_requested_at` that the officer saw. The audit history keeps the note.

    Locks: account, application.
    Raises: NotYours, AlreadyDecided if no name waits, or DetailsChanged if another name waits now.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=profile.user_id)
    locked = RepresentativeProfile.objects.select_for_update(no_key=True).filter(user=account).first()
    check_can_verify(actor)
    if locked is None or locked.stage not in ALLOWED_STAGES[ApplicationAct.NAME] or not locked.requested_name:
        raise AlreadyDecided
    if locked.name_requested_at != seen_at:
        raise DetailsChanged
    if is_confirmed:
        User.objects.filter(pk=account.pk).update(name=locked.requested_name)
    locked.requested_name, locked.name_requested_at = "", None
    with audit_context(note=note):
        locked.save(update_fields=["requested_name", "name_requested_at"])
