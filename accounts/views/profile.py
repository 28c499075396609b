"""Edit the profile: name, phone number, language and notification channel."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.adapter import remember_language
from accounts.forms.profile import ProfileForm
from accounts.models import User
from accounts.phone import format_phone
from accounts.requests import SignedInRequest
from accounts.services import phone_codes
from accounts.services.profile import update_profile


@login_required
@require_http_methods(["GET", "POST"])
def edit_profile(request: SignedInRequest) -> HttpResponse:
    """Show and save the profile. The answer is already in the new language."""
    form = ProfileForm(request.POST or None, initial=_get_initial(request.user))
    if request.method == "POST" and form.is_valid():
        account = update_profile(account=request.user, **form.cleaned_data)
        with override(account.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("confirm_phone" if phone_codes.needs_phone_code(account) else "profile")
        remember_language(response, account.language)
        return response
    status = 422 if form.is_bound else 200
    unconfirmed = format_phone(request.user.phone) if phone_codes.needs_phone_code(request.user) else ""
    return render(request, "accounts/profile.html", {"form": form, "unconfirmed": unconfirmed}, status=status)


def _get_initial(account: User) -> dict[str, str]:
    return {
        "name": account.name,
        "phone": format_phone(account.phone) if account.phone else "",
        "language": account.language,
        "notification_channel": account.notification_channel,
    }
