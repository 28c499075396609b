"""Forms that keep what was typed when the session ends or the language changes.

A form class names its `resumable_fields`. The rest follows: the form carries a signed token that says for
which account and at which address it was shown; the middleware keeps those fields in the session when the
form is sent after the session ended; the form shows them again to the same account; and the middleware
deletes them as soon as a view accepts the form. Fields that are not named, such as passwords and codes, are
never kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

from django.conf import settings
from django.core import signing
from django.forms import BaseForm, Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

TOKEN_FIELD = "resume_token"  # noqa: S105 (the name of a field)
SESSION_KEY = "resumable_forms"
SALT = "portal.resumable_forms"
TOKEN_SECONDS = 24 * 3600
KEPT_SECONDS = 3600
# A session stores no more than this. No value and no form of ours is as long, and few are open at once.
LONGEST_VALUE = 4_000
LONGEST_FORM = 100_000
MOST_FORMS = 3


class Token(NamedTuple):
    """What a form says of itself when it is sent. `account` is empty for a visitor."""

    account: str
    address: str
    form: str
    fields: list[str]


class KeptForm(TypedDict):
    """One form in the session. `at` is a POSIX timestamp; `page` is an address without its query."""

    account: str
    page: str
    form: str
    values: dict[str, list[str]]
    at: float


@dataclass(slots=True)
class _Visit:
    """One request, and the forms that its view has validated so far."""

    request: HttpRequest
    validated: list["ResumableForm"] = field(default_factory=list)


_visit: ContextVar[_Visit | None] = ContextVar("resumable_forms_visit", default=None)


class ResumableForm(BaseForm):
    """Mixin for a form whose `resumable_fields` survive a new sign-in and a change of language.

    `{{ form }}` includes the token; a template that lays out the fields itself includes
    `{{ form.resume_token }}`.
    """

    resumable_fields: tuple[str, ...] = ()

    def get_initial_for_field(self, field: Field, field_name: str) -> Any:
        """Return what was typed before, else the initial value of the field.

        A checkbox that was cleared stays cleared, although a browser sends nothing for it.
        """
        name, kept = self.add_prefix(field_name), self._kept_values
        is_kept = kept and field_name in self.resumable_fields
        if is_kept and not field.widget.value_omitted_from_data(kept, MultiValueDict(), name):
            return field.widget.value_from_datadict(kept, MultiValueDict(), name)
        return super().get_initial_for_field(field, field_name)

    def full_clean(self) -> None:
        super().full_clean()
        visit = _visit.get()
        if self.is_bound and visit is not None:
            visit.validated.append(self)

    @property
    def resume_token(self) -> SafeString:
        """The hidden input with the signed token; empty outside a request."""
        visit = _visit.get()
        if visit is None or not self.resumable_fields:
            return SafeString("")
        names = [self.add_prefix(name) for name in self.resumable_fields]
        token = Token(_get_account(visit.request), _get_address(visit.request), _name_of(self), names)
        value = signing.dumps(token, salt=SALT, compress=True)
        return format_html('<input type="hidden" name="{}" value="{}">', TOKEN_FIELD, value)

    @cached_property
    def _kept_values(self) -> MultiValueDict[str, str]:
        visit = _visit.get()
        if self.is_bound or visit is None or visit.request.method not in ("GET", "HEAD"):
            return MultiValueDict()
        return MultiValueDict(_find_values(visit.request, _name_of(self)))


class ResumableFormsMiddleware:
    """Keeps a form that was sent after the session ended, and deletes it once a view accepted it.

    A view accepted a form if the form is valid and the response is no error. What another account typed, and
    what was typed too long ago, is deleted at the next request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with visiting(request) as visit:
            response = self.get_response(request)
        if request.method == "POST" and response.status_code < 400:
            for form in visit.validated:
                if not form.errors:
                    _delete(request, _name_of(form))
            if not request.user.is_authenticated and _leads_to_sign_in(response):
                keep(request)
        _delete_foreign_and_old(request)
        return response


@contextmanager
def visiting(request: HttpRequest) -> Iterator[_Visit]:
    """Within the block, forms know the request. For the middleware, and for tests of single forms."""
    visit = _Visit(request)
    reset_token = _visit.set(visit)
    try:
        yield visit
    finally:
        _visit.reset(reset_token)


def keep(request: HttpRequest, values: Mapping[str, list[str]] | None = None) -> str | None:
    """Keep what the posted form held and return its address; None without a valid token.

    The same form, sent again, replaces what it held. Of several forms the latest few are kept. With `values`,
    keeps these instead of what was posted.
    """
    token = _read_token(request)
    if token is None:
        return None
    page = _get_page(token.address)
    others = [kept for kept in _list_kept(request) if (kept["page"], kept["form"]) != (page, token.form)]
    newest = KeptForm(
        account=token.account,
        page=page,
        form=token.form,
        values=_cut_values(request.POST if values is None else MultiValueDict(values), token.fields),
        at=timezone.now().timestamp(),
    )
    request.session[SESSION_KEY] = [*others[1 - MOST_FORMS :], newest]
    return token.address


def keep_for_owner(request: HttpRequest, values: Mapping[str, list[str]] | None = None) -> str | None:
    """Keep as `keep` does, but only for the signed-in account that the form was shown to.

    For requests that may come from another site.
    """
    token = _read_token(request)
    is_owner = request.user.is_authenticated and token is not None and token.account == _get_account(request)
    return keep(request, values) if is_owner else None


def discard(request: HttpRequest) -> None:
    """Delete what was kept of the posted form, whose view does not validate it."""
    token = _read_token(request)
    if token is not None:
        _delete(request, token.form)


def _delete(request: HttpRequest, form_name: str) -> None:
    own = (_get_page(_get_address(request)), form_name)
    _keep_only(request, [kept for kept in _list_kept(request) if (kept["page"], kept["form"]) != own])


def _delete_foreign_and_old(request: HttpRequest) -> None:
    kept_forms = _list_kept(request)
    if kept_forms:
        account = _get_account(request)
        _keep_only(
            request, [kept for kept in kept_forms if _is_recent(kept) and account in ("", kept["account"])]
        )


def _find_values(request: HttpRequest, form_name: str) -> dict[str, list[str]]:
    here = (_get_account(request), _get_page(request.get_full_path()), form_name)
    for kept in _list_kept(request):
        if (kept["account"], kept["page"], kept["form"]) == here and _is_recent(kept):
            return kept["values"]
    return {}


def _list_kept(request: HttpRequest) -> list[KeptForm]:
    kept: list[KeptForm] = request.session.get(SESSION_KEY, [])
    return kept


def _keep_only(request: HttpRequest, kept_forms: list[KeptForm]) -> None:
    """Change the session only where that changes something, because each change is a write."""
    if len(kept_forms) == len(_list_kept(request)):
        return
    if kept_forms:
        request.session[SESSION_KEY] = kept_forms
    else:
        del request.session[SESSION_KEY]


def _is_recent(kept: KeptForm) -> bool:
    return kept["at"] >= timezone.now().timestamp() - KEPT_SECONDS


def _cut_values(posted: MultiValueDict[str, str], fields: Iterable[str]) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    left = LONGEST_FORM
    for name in fields:
        for value in posted.getlist(name):
            if left > 0:
                kept.setdefault(name, []).append(value[: min(LONGEST_VALUE, left)])
                left -= len(kept[name][-1]) + 1
    return kept


def _read_token(request: HttpRequest) -> Token | None:
    try:
        sent = signing.loads(request.POST.get(TOKEN_FIELD, ""), salt=SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    return Token(*sent)


def _get_address(request: HttpRequest) -> str:
    """Return where the form is shown: for a form that was sent elsewhere, the address in its token."""
    token = _read_token(request) if request.method == "POST" else None
    if token is not None and token.account == _get_account(request):
        return token.address
    return request.get_full_path()


def _name_of(form: BaseForm) -> str:
    """Return what tells the forms of one page apart."""
    return type(form).__name__


def _get_page(address: str) -> str:
    return address.partition("?")[0]


def _get_account(request: HttpRequest) -> str:
    return str(request.user.public_id) if request.user.is_authenticated else ""


def _leads_to_sign_in(response: HttpResponse) -> bool:
    pages = (resolve_url(settings.LOGIN_URL), resolve_url("admin:login"))
    return response.status_code == 302 and response["Location"].startswith(pages)
