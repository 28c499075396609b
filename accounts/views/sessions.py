"""Where the account is signed in, and signing out there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.presenters.sessions import describe_browser
from accounts.requests import SignedInRequest
from accounts.services import sessions

ON_A_PAGE = 20
LONGEST_KEY = 12


@login_required
@require_http_methods(["GET", "POST"])
def list_sessions(request: SignedInRequest) -> HttpResponse:
    """Lists the account's other sessions; a POST ends the one that it names, or all of them."""
    if request.method == "POST":
        return _end(request)
    others = sessions.find_others(account=request.user, current_key=request.session.session_key)
    page = Paginator(others, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/sessions.html",
        {
            "here": describe_browser(request.headers.get("User-Agent", "")),
            "page": page,
            "others": [(row, describe_browser(row.user_agent)) for row in page],
        },
    )


def _end(request: SignedInRequest) -> HttpResponse:
    key = request.POST.get("session", "")
    if key == "all":
        sessions.end_others(account=request.user, current_key=request.session.session_key)
        messages.success(request, _("You signed out of all other devices."))
    elif key.isdecimal() and len(key) <= LONGEST_KEY:
        # Ended already or never there: either way nobody is signed in there now.
        sessions.end_one(account=request.user, key=int(key))
        messages.success(request, _("You signed out of that device."))
    return redirect("sessions")
