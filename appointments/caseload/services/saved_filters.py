"""Save, rename and delete the filters that a representative keeps for the caseload."""

from collections.abc import Mapping

from accounts.models import User
from appointments.booking import locks
from appointments.models import SavedFilter
from appointments.models.saved_filter import MAX_SAVED_FILTERS
from portal.foundation.transactions import in_durable_transaction


class TooManySavedFilters(Exception):
    """The account already has as many saved filters as it may have."""


class NameTaken(Exception):
    """The account has another saved filter with this name."""


@in_durable_transaction
def save_filter(*, account: User, name: str, parameters: Mapping[str, str]) -> SavedFilter:
    """Save the filters under a name. Replaces the account's filter of the same name.

    Locks: account.
    Raises: TooManySavedFilters.
    """
    locks.lock_account(account)
    own = SavedFilter.objects.filter(account=account)
    saved = own.filter(name=name).first()
    if saved is None:
        if own.count() >= MAX_SAVED_FILTERS:
            raise TooManySavedFilters
        return SavedFilter.objects.create(account=account, name=name, parameters=dict(parameters))
    saved.parameters = dict(parameters)
    saved.save(update_fields=["parameters"])
    return saved


@in_durable_transaction
def rename_filter(*, account: User, saved: SavedFilter, name: str) -> None:
    """Give a saved filter another name.

    Locks: account.
    Raises: NameTaken.
    """
    locks.lock_account(account)
    if SavedFilter.objects.filter(account=account, name=name).exclude(pk=saved.pk).exists():
        raise NameTaken
    SavedFilter.objects.filter(account=account, pk=saved.pk).update(name=name)


def delete_filter(*, account: User, saved: SavedFilter) -> None:
    """Delete a saved filter. Deleting it again changes nothing."""
    SavedFilter.objects.filter(account=account, pk=saved.pk).delete()
