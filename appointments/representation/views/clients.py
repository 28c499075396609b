"""A representative's list of clients, its search, and the form that adds a client with a passcode."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.forms.caseload import CaseloadSearchForm
from appointments.representation import queries
from appointments.representation.forms import AddClientForm
from appointments.representation.presenters.representations import build_clients, build_past_clients
from appointments.representation.presenters.results import describe_requested
from appointments.representation.refusals import refusals
from appointments.representation.services.passcode_request import request_with_passcode
from portal.foundation.refusals import NextPage, show_errors
from portal.foundation.session_searches import PARAMETER, find_search, keep_search


@representative_required
@require_safe
def list_clients(request: SignedInRequest) -> HttpResponse:
    """Show the requests that wait for an answer, and then the clients."""
    if find_search(request) is None:
        # The search has ended with its session. Show everything, under an address that says so.
        return redirect("appointments:clients")
    return _show(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Search within this visit of the page. An empty search shows everything again."""
    if request.method == "POST":
        form = CaseloadSearchForm(request.POST)
        if not form.is_valid():
            return _show(request, search_form=form, status=422)
        words = form.cleaned_data["words"]
        query = f"?{PARAMETER}={keep_search(request, words)}" if words else ""
        return redirect(reverse("appointments:clients") + query)
    return redirect("appointments:clients")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Request a representation with a receipt number and a passcode.

    Every pair that does not fit gets the same answer.
    """
    if not request.user.is_representative:
        raise Http404
    form = AddClientForm(request.POST or None)
    if not form.is_valid():
        return _show_add(request, form, 422 if form.is_bound else 200)
    with refusals({NextPage.SAME: show_errors(form, partial(_show_add, request, form))}) as refused:
        representation = request_with_passcode(account=request.user, **form.cleaned_data)
        messages.success(request, describe_requested(representation))
        return redirect("appointments:clients")
    return refused.respond()


def _show_add(request: SignedInRequest, form: AddClientForm, status: int) -> HttpResponse:
    return render(request, "appointments/representation/add_client.html", {"form": form}, status=status)


def _show(
    request: SignedInRequest, *, search_form: CaseloadSearchForm | None = None, status: int = 200
) -> HttpResponse:
    words = find_search(request) or ""
    has_valid_verification = queries.has_valid_verification(request.user)
    found = queries.get_clients(
        request.user,
        has_valid_verification=has_valid_verification,
        words=words,
        page=request.GET.get("page"),
    )
    past = queries.list_past_clients(request.user, page=request.GET.get("past"))
    context = {
        "page": found.page,
        "past": build_past_clients(past),
        "past_page": past,
        "clients": build_clients(found.page, found.names),
        "has_valid_verification": has_valid_verification,
        "words": words,
        "search_form": search_form or CaseloadSearchForm(initial={"words": words}),
    }
    return render(request, "appointments/representation/clients.html", context, status=status)
