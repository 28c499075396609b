"""Where an account is signed in, and signing out there."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from accounts.models import User
from portal.foundation.clock import DatabaseNow
from portal.foundation.transactions import in_durable_transaction


def find_others(*, account: User, current_key: str | None) -> QuerySet[UserSession]:
    """Sessions of the account that have not ended, but for this one; the latest first."""
    alive = Session.objects.filter(expire_date__gt=DatabaseNow()).values("session_key")
    rows: QuerySet[UserSession] = UserSession.objects.filter(user=account, session_key__in=alive)
    return rows.exclude(session_key=current_key or "").order_by("-created_at", "-pk")


@in_durable_transaction
def end_one(*, account: User, key: int) -> None:
    """Ends one session of the account; nothing happens when it has none such, or no longer."""
    _end(UserSession.objects.filter(user=account, pk=key))


@in_durable_transaction
def end_others(*, account: User, current_key: str | None) -> None:
    """Ends every session of the account but this one. With no key: every one."""
    _end(UserSession.objects.filter(user=account).exclude(session_key=current_key or ""))


def end_all(account: User) -> None:
    """Ends every session of the account, within the caller's transaction."""
    _end(UserSession.objects.filter(user=account))


def _end(rows: QuerySet[UserSession]) -> None:
    """The session first: what is no longer listed must have ended."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
