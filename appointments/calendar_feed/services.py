"""Create, replace and delete the secret address of a calendar feed, and record what it contains."""

import secrets

from accounts.models import User
from accounts.services.codes import hash_code
from appointments.booking import locks
from appointments.models import CalendarFeed
from portal.foundation.clock import DatabaseNow
from portal.foundation.transactions import in_durable_transaction

TOKEN_BYTES = 32  # 256 bits


@in_durable_transaction
def create_feed(*, account: User, with_names: bool) -> str:
    """Return the secret of a new address. The account's earlier address stops working.

    The secret is shown once and cannot be looked up later.

    Locks: account.
    """
    locks.lock_account(account)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.filter(account=account).delete()
    CalendarFeed.objects.create(account=account, token_hash=hash_code(token), with_names=with_names)
    return token


def update_names(*, account: User, with_names: bool) -> None:
    """Include names and receipt numbers in the account's feed, or leave them out. The address stays."""
    CalendarFeed.objects.filter(account=account).update(with_names=with_names)


def delete_feed(*, account: User) -> None:
    """Delete the account's feed. Its address stops working at once."""
    CalendarFeed.objects.filter(account=account).delete()


def record_content(*, feed: CalendarFeed, content_hash: str) -> None:
    """Record that the calendar contains something else from now on. Changes nothing if it does not."""
    if feed.content_hash == content_hash:
        return
    CalendarFeed.objects.filter(pk=feed.pk).update(
        content_hash=content_hash, content_changed_at=DatabaseNow()
    )
    feed.refresh_from_db(fields=["content_hash", "content_changed_at"])
