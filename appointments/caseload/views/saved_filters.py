"""A representative's saved filters: save, list, rename and delete them."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest, representative_required
from appointments.caseload.forms.caseload import SavedFilterForm
from appointments.caseload.queries.saved_filters import get_saved_filter_or_404, list_saved_filters
from appointments.caseload.refusals import refusals
from appointments.caseload.services import saved_filters as services
from appointments.caseload.views.addresses import build_address, list_parameters
from appointments.models.saved_filter import MAX_SAVED_FILTERS
from portal.foundation.refusals import NextPage, show_errors


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: SignedInRequest) -> HttpResponse:
    """List the saved filters. A POST saves the filters of the address under a name."""
    if request.method != "POST":
        return _show(request, SavedFilterForm())
    parameters = list_parameters(request)
    form = SavedFilterForm(request.POST)
    if not parameters:
        return redirect("appointments:saved_filters")
    show_again = partial(_show, request, form)
    if not form.is_valid():
        return show_again(422)
    with refusals({NextPage.SAME: show_errors(form, show_again, field="name")}) as refused:
        services.save_filter(account=request.user, name=form.cleaned_data["name"], parameters=parameters)
        messages.success(request, _("Filter saved."))
        return redirect(build_address(request))
    return refused.respond()


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    saved = get_saved_filter_or_404(user=request.user, public_id=public_id)
    if request.method != "POST":
        return redirect("appointments:saved_filters")
    form = SavedFilterForm(request.POST)
    show_again = partial(_show, request, form, renamed=public_id)
    if not form.is_valid():
        return show_again(422)
    with refusals({NextPage.SAME: show_errors(form, show_again, field="name")}) as refused:
        services.rename_filter(account=request.user, saved=saved, name=form.cleaned_data["name"])
        messages.success(request, _("Filter renamed."))
        return redirect("appointments:saved_filters")
    return refused.respond()


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    saved = get_saved_filter_or_404(user=request.user, public_id=public_id)
    if request.method == "POST":
        services.delete_filter(account=request.user, saved=saved)
        messages.success(request, _("Filter deleted."))
    return redirect("appointments:saved_filters")


def _show(
    request: SignedInRequest, form: SavedFilterForm, status: int = 200, *, renamed: UUID | None = None
) -> HttpResponse:
    """Show the saved filters with a form for each. Errors of `form` are at the filter that was `renamed`."""
    rows = [
        (
            saved,
            form
            if saved.public_id == renamed
            else SavedFilterForm(initial={"name": saved.name}, auto_id=f"id_{saved.pk}_%s"),
        )
        for saved in list_saved_filters(request.user)
    ]
    context = {"rows": rows, "error_form": form, "max_filters": MAX_SAVED_FILTERS}
    return render(request, "appointments/caseload/saved_filters.html", context, status=status)
