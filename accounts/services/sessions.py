"""End sessions of an account."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from accounts.models import User
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def end_session(*, account: User, key: int) -> None:
    """End one session of the account. Do nothing if it has no such session."""
    _end(UserSession.objects.filter(user=account, pk=key))


@in_durable_transaction
def end_other_sessions(*, account: User, current_key: str | None) -> None:
    """End every session of the account except the current one. Without a key, end all of them."""
    _end(UserSession.objects.filter(user=account).exclude(session_key=current_key or ""))


def end_all_sessions(*, account: User) -> None:
    """End every session of the account, in the caller's transaction."""
    _end(UserSession.objects.filter(user=account))


def _end(rows: QuerySet[UserSession]) -> None:
    """Delete the sessions before their list entries: a session that is not listed must have ended."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
