"""A representative's clients: who invites, who is asked, for whom one acts; asking with a passcode."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Representation
from accounts.presenters.codes import describe_lockout
from accounts.requests import SignedInRequest, representative_required
from accounts.services.codes import CodeRejected, TooManyAttempts
from appointments.booking.errors import NotInGoodStanding
from appointments.caseload.forms import CaseloadSearchForm
from appointments.representation.presenters.representations import build_clients
from appointments.representation.queries import clients_of, filter_clients
from appointments.representation.services.actions import is_in_good_standing
from appointments.representation.services.passcode_request import request_with_passcode
from appointments.reschedule.forms import AddClientForm

PAGE_SIZE = 20
# What is searched for is a name or a receipt number, so it stands in no address.
WORDS = "client_words"


@representative_required
@require_GET
def list_clients(request: SignedInRequest) -> HttpResponse:
    """Requests that wait, then the clients for whom the account acts; the newest first."""
    return _show(request)


@representative_required
@require_http_methods(["GET", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Keeps what to search for, until something else or nothing is searched for."""
    if request.method == "POST":
        form = CaseloadSearchForm(request.POST)
        if not form.is_valid():
            return _show(request, search_form=form, status=422)
        request.session[WORDS] = form.cleaned_data["words"]
    return redirect("appointments:clients")


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Asks for receipt number and passcode; one answer for every pair that does not fit."""
    _check_is_representative(request)
    form = AddClientForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                representation = request_with_passcode(account=request.user, **form.cleaned_data)
            except TooManyAttempts as locked:
                status = 429
                form.add_error(None, describe_lockout(locked.wait))
            except CodeRejected:
                form.add_error(
                    None,
                    _(
                        "We could not find a case with this receipt number and passcode. Check both with "
                        "your client. A passcode works once, for 90 days."
                    ),
                )
            except NotInGoodStanding:
                form.add_error(
                    None,
                    _(
                        "Your account is not verified as a representative’s, or your accreditation has "
                        "ended. Staff verify it before a client can be added."
                    ),
                )
            else:
                messages.success(request, _describe_result(representation))
                return redirect("appointments:clients")
    return render(request, "appointments/representation/add_client.html", {"form": form}, status=status)


def _show(
    request: SignedInRequest, *, search_form: CaseloadSearchForm | None = None, status: int = 200
) -> HttpResponse:
    words = str(request.session.get(WORDS, ""))
    is_good = is_in_good_standing(request.user)
    rows = clients_of(request.user, is_good=is_good).select_related("case__requestor", "case__form_type")
    if words:
        rows = filter_clients(rows, words)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "views": build_clients(page),
        "is_good": is_good,
        "words": words,
        "search_form": search_form or CaseloadSearchForm(initial={"words": words}),
    }
    return render(request, "appointments/representation/clients.html", context, status=status)


def _describe_result(representation: Representation) -> str:
    if representation.status == Representation.Status.IN_FORCE:
        return _("You represent this client now.")
    return _("Your client is asked to accept your request.")


def _check_is_representative(request: SignedInRequest) -> None:
    if not request.user.is_representative:
        raise Http404
