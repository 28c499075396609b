"""The answer of staff pages about a row that does not exist, or that the account's units do not read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


def redirect_missing(request: HttpRequest) -> HttpResponse:
    """Return to the start page of the administration with a warning. The answer is the same for both."""
    messages.warning(request, _("We couldn’t find that record. It may belong to another unit."))
    return redirect("admin:index")
