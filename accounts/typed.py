"""What someone typed into a form before signing in again, or before another language: kept in the session.

A form that says so carries a signed mark: for whom it was drawn, at which address, and which of its
fields may be kept. So nothing else is ever kept, no password, and nobody but that account sees it again.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.core import signing
from django.forms import Field
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from portal.foundation.clock import database_now

MARK_FIELD = "typed_by"
SESSION_KEY = "typed_forms"
SALT = "accounts.typed"
MARK_SECONDS = 24 * 3600
KEPT_SECONDS = 3600
# A session stores no more than this: no value and no form of ours is as long, and few are open at once.
LONGEST_VALUE = 4_000
LONGEST_FORM = 100_000
MOST_FORMS = 3


class KeptForm(Protocol):
    """A form that names which of its fields may be kept."""

    kept_fields: Iterable[str]
    initial: dict[str, Any]
    fields: dict[str, Field]


def mark(*, user: User | None, path: str, fields: Iterable[str]) -> str:
    """The mark of a form that is drawn for this account, or for a visitor, at this address."""
    return signing.dumps([_name_of(user), path, list(fields)], salt=SALT, compress=True)


def keep(request: HttpRequest) -> str | None:
    """Keeps what the posted form held, and returns the form's address. None: it carries no mark of ours.

    The same form, sent again, replaces what it held; of many forms the latest few are kept.
    """
    held = _read_mark(request)
    if held is None:
        return None
    account, path, fields = held
    page = _page_of(path)
    others = [kept for kept in request.session.get(SESSION_KEY, []) if kept["page"] != page]
    newest = {
        "account": account,
        "page": page,
        "values": _cut(request.POST, fields),
        "at": database_now().timestamp(),
    }
    request.session[SESSION_KEY] = [*others[1 - MOST_FORMS :], newest]
    return path


def keep_for_holder(request: HttpRequest) -> str | None:
    """As `keep`, for a post that may come from elsewhere: only where the mark is the signed-in account's."""
    if not isinstance(request.user, User):
        return None
    held = _read_mark(request)
    return keep(request) if held and held[0] == _name_of(request.user) else None


def recall(request: HttpRequest) -> dict[str, Any]:
    """What this account typed at this address, for the form's initial values; nothing of anyone else's."""
    return {name: values[-1] for name, values in _find(request).items()}


def recall_ticks(request: HttpRequest, name: str) -> list[str]:
    """Which boxes of this name the account ticked at this address."""
    return _find(request).get(name, [])


def refill(request: HttpRequest, form: KeptForm) -> None:
    """Fills a form that is drawn anew with what this account typed in it; boxes are as they were ticked.

    What was never kept stands as the form begins: a field that is not kept, or was not sent, or was too long.
    """
    found = _find(request)
    if not found:
        return
    typed: MultiValueDict[str, str] = MultiValueDict(found)
    form.initial = {
        **form.initial,
        **{
            name: field.widget.value_from_datadict(typed, MultiValueDict(), name)
            for name, field in form.fields.items()
            if name in form.kept_fields and not field.widget.value_omitted_from_data(typed, {}, name)
        },
    }


def forget(request: HttpRequest, path: str = "") -> None:
    """The form was taken; nothing of it is kept. `path` is where it is drawn, if not at this address."""
    page = _page_of(path or request.path)
    forms = request.session.get(SESSION_KEY, [])
    _leave(request, [kept for kept in forms if kept["page"] != page])


def forget_others(request: HttpRequest) -> None:
    """Forgets what was typed too long ago; and what someone else typed, once it is known who is here now."""
    forms = request.session.get(SESSION_KEY, [])
    if forms:
        account = _account_of(request)
        oldest = database_now().timestamp() - KEPT_SECONDS
        recent = [kept for kept in forms if kept["at"] >= oldest]
        _leave(request, [kept for kept in recent if account in ("", kept["account"])])


def _find(request: HttpRequest) -> dict[str, list[str]]:
    forget_others(request)
    here = (_account_of(request), request.path)
    for kept in request.session.get(SESSION_KEY, []):
        if (kept["account"], kept["page"]) == here:
            values: dict[str, list[str]] = kept["values"]
            return values
    return {}


def _leave(request: HttpRequest, forms: list[dict[str, Any]]) -> None:
    """Keeps these forms only. Where that changes nothing, the session is not written."""
    if not forms:
        request.session.pop(SESSION_KEY, None)
    elif len(forms) < len(request.session[SESSION_KEY]):
        request.session[SESSION_KEY] = forms


def _read_mark(request: HttpRequest) -> tuple[str, str, list[str]] | None:
    try:
        account, path, fields = signing.loads(
            request.POST.get(MARK_FIELD, ""), salt=SALT, max_age=MARK_SECONDS
        )
    except signing.BadSignature:
        return None
    return account, path, fields


def _cut(posted: QueryDict, fields: Iterable[str]) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    left = LONGEST_FORM
    for name in fields:
        for value in posted.getlist(name):
            if left > 0:
                kept.setdefault(name, []).append(value[: min(LONGEST_VALUE, left)])
                left -= len(kept[name][-1]) + 1
    return kept


def _page_of(path: str) -> str:
    return path.partition("?")[0]


def _account_of(request: HttpRequest) -> str:
    return _name_of(request.user if isinstance(request.user, User) else None)


def _name_of(user: User | None) -> str:
    return str(user.public_id) if user else ""
