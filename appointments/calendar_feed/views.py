"""The page where an account manages its calendar feed, and the calendar that apps read without signing in."""

from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.core.internal.ratelimit import consume, respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from appointments.calendar_feed import services
from appointments.calendar_feed.forms import FeedForm
from appointments.calendar_feed.presenters import hash_entries, render_feed
from appointments.calendar_feed.queries import find_feed, find_own_feed, list_entries


def feed_owner_required(view: Callable[[SignedInRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let applicants and representatives open the view after a fresh proof of identity. Staff get a 404."""

    @wraps(view)
    def enter(request: SignedInRequest) -> HttpResponse:
        if request.user.kind == User.Kind.STAFF:
            raise Http404
        answer: HttpResponse = reauthentication_required(view)(request)
        return answer

    entered: Callable[..., HttpResponse] = login_required(enter)
    return entered


@feed_owner_required
@require_safe
def manage(request: SignedInRequest) -> HttpResponse:
    """Show whether the account has a feed, and what it contains. The address itself cannot be shown."""
    return _show(request)


@feed_owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    """Create or replace the address, and show it on this one page."""
    form = FeedForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("appointments:calendar_feed")
    token = services.create_feed(account=request.user, with_names=form.cleaned_data["with_names"])
    return _show(request, address=settings.PUBLIC_URL + reverse("appointments:feed", args=[token]))


@feed_owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_names(request: SignedInRequest) -> HttpResponse:
    """Include names and receipt numbers, or leave them out."""
    form = FeedForm(request.POST)
    if request.method == "POST" and form.is_valid():
        services.update_names(account=request.user, with_names=form.cleaned_data["with_names"])
        messages.success(request, _("Saved."))
    return redirect("appointments:calendar_feed")


@feed_owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        services.delete_feed(account=request.user)
        messages.success(request, _("You deleted your calendar address. It no longer works."))
    return redirect("appointments:calendar_feed")


@require_safe
def read(request: HttpRequest, token: str) -> HttpResponse:
    """Send the calendar behind a secret address. An address that is not valid gets the usual 404.

    Answers 304 if the calendar app already has this version, and 429 after too many requests: for one
    address, and for wrong addresses from one network address (see ACCOUNT_RATE_LIMITS).
    """
    feed = find_feed(token=token)
    if feed is None:
        if not _is_within_limit(request, "calendar_feed_unknown", None):
            return _wait(request)
        raise Http404
    if not _is_within_limit(request, "calendar_feed", feed.token_hash):
        return _wait(request)
    entries, language = list_entries(feed), feed.account.language
    services.record_content(feed=feed, content_hash=hash_entries(entries, language=language))
    etag = f'"{feed.content_hash}"'
    answer: HttpResponse | None = get_conditional_response(
        request, etag=etag, last_modified=int(feed.content_changed_at.timestamp())
    )
    if answer is None:
        calendar = render_feed(entries, language=language, rendered_at=feed.content_changed_at)
        answer = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="appointments.ics"'
    # The calendar app asks every time, so that an ended representation ends in the calendar too.
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = etag
    answer["Last-Modified"] = f"{feed.content_changed_at:%a, %d %b %Y %H:%M:%S} GMT"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _is_within_limit(request: HttpRequest, action: str, key: str | None) -> bool:
    return bool(consume(request, app="allauth.account", action=action, key=key, limit_get=True))


def _show(request: SignedInRequest, *, address: str = "") -> HttpResponse:
    feed = find_own_feed(request.user)
    context = {
        "feed": feed,
        "address": address,
        "feed_form": FeedForm(initial={"with_names": bool(feed and feed.with_names)}),
        "is_representative": request.user.is_representative,
    }
    return render(request, "appointments/calendar_feed/manage.html", context)


def _wait(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = respond_429(request)
    return response
