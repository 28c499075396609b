"""What someone typed into a form before signing in again, or before another language: kept in the session.

A form that says so carries a signed mark: for whom it was drawn, at which address, and which of its
fields may be kept. So nothing else is ever kept, no password, and nobody but that account sees it again.
"""

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.http import HttpRequest

from accounts.models import User
from policy.clock import database_now

MARK_FIELD = "typed_by"
SESSION_KEY = "typed"
SALT = "accounts.typed"
MARK_SECONDS = 24 * 3600
KEPT_SECONDS = 3600
LONGEST_VALUE = 4000


def mark(*, user: User | None, path: str, fields: Iterable[str]) -> str:
    """The mark of a form that is drawn for this account, or for a visitor, at this address."""
    return signing.dumps([_name_of(user), path, list(fields)], salt=SALT)


def keep(request: HttpRequest) -> str | None:
    """Keeps what the posted form held, and returns the form's address. None: it carries no mark of ours."""
    held = _read_mark(request)
    if held is None:
        return None
    account, path, fields = held
    values = {name: request.POST[name][:LONGEST_VALUE] for name in fields if name in request.POST}
    request.session[SESSION_KEY] = {
        "account": account,
        "path": path,
        "values": values,
        "at": database_now().timestamp(),
    }
    return path


def keep_for_holder(request: HttpRequest) -> str | None:
    """As `keep`, for a post that may come from elsewhere: only where the mark is the signed-in account's."""
    if not isinstance(request.user, User):
        return None
    held = _read_mark(request)
    return keep(request) if held and held[0] == _name_of(request.user) else None


def recall(request: HttpRequest) -> dict[str, Any]:
    """What this account typed at this address, for the form's initial values; nothing of anyone else's."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return {}
    user = request.user if isinstance(request.user, User) else None
    if kept["account"] != _name_of(user) or database_now().timestamp() - kept["at"] > KEPT_SECONDS:
        forget(request)
        return {}
    return dict(kept["values"]) if kept["path"] == request.path else {}


def forget(request: HttpRequest) -> None:
    """The form was taken; nothing of it is kept."""
    request.session.pop(SESSION_KEY, None)


def _read_mark(request: HttpRequest) -> tuple[str, str, list[str]] | None:
    try:
        account, path, fields = signing.loads(
            request.POST.get(MARK_FIELD, ""), salt=SALT, max_age=MARK_SECONDS
        )
    except signing.BadSignature:
        return None
    return account, path, fields


def _name_of(user: User | None) -> str:
    return str(user.public_id) if user else ""
