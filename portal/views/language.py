"""Change the language of the pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from accounts.adapter import remember_language
from accounts.models import User
from portal.foundation import resumable_forms
from portal.foundation.safe_redirects import get_safe_next


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Set the language of pages and of mail to this account, and redirect to the posted `next`.

    An unknown language changes nothing; a `next` that leaves this host leads home. In the middle of a
    resumable form, the page comes back with what was typed.
    """
    response = HttpResponseRedirect(resumable_forms.keep(request) or get_safe_next(request))
    language = request.POST.get("to_language", "") or request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User) and request.user.language != language:
        User.objects.filter(pk=request.user.pk).update(language=language)
    remember_language(response, language)
    return response
