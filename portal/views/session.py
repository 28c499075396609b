"""Extend the session, or sign in again, without losing what was typed."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST

from portal.context_processors import find_session_end
from portal.foundation import resumable_forms
from portal.foundation.safe_redirects import get_safe_next


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Extend the session, as every request does. Answer a script with JSON, and redirect a form."""
    if request.headers.get("Accept") != "application/json":
        return HttpResponseRedirect(get_safe_next(request))
    end = find_session_end(request)
    if end is None:
        return JsonResponse({"seconds_left": 0, "can_be_extended": False}, status=401)
    return JsonResponse({"seconds_left": end.seconds_left, "can_be_extended": end.can_be_extended})


@require_POST
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Keep what was typed in the page's form, and redirect through sign-in back to the page."""
    back = resumable_forms.keep(request) or get_safe_next(request)
    return HttpResponseRedirect(back) if request.user.is_authenticated else redirect_to_login(back)
