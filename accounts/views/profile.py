"""Edit the profile: name, phone number, language and notification channel."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.adapter import remember_language
from accounts.forms.profile import ProfileForm
from accounts.models import RepresentativeProfile, User
from accounts.phone import format_phone
from accounts.requests import SignedInRequest
from accounts.services import phone_codes
from accounts.services.profile import update_profile


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: SignedInRequest) -> HttpResponse:
    """Show and save the profile. The answer is already in the new language."""
    profile = queries.find_application(request.user) if request.user.is_representative else None
    form = ProfileForm(request.POST or None, initial=_get_initial(request.user, profile))
    if profile is not None and profile.stage == RepresentativeProfile.Stage.VERIFIED:
        form.explain_verified_name(request.user.name)
    if request.method == "POST" and form.is_valid():
        account = update_profile(account=request.user, **form.cleaned_data)
        with override(account.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("confirm_phone" if phone_codes.needs_phone_code(account) else "profile")
        remember_language(response, account.language)
        return response
    status = 422 if form.is_bound else 200
    unconfirmed = format_phone(request.user.phone) if phone_codes.needs_phone_code(request.user) else ""
    context = {
        "form": form,
        "unconfirmed": unconfirmed,
        "requested_name": profile.requested_name if profile else "",
    }
    return render(request, "accounts/profile.html", context, status=status)


def _get_initial(account: User, profile: RepresentativeProfile | None) -> dict[str, str]:
    return {
        "name": (profile.requested_name if profile else "") or account.name,
        "phone": format_phone(account.phone) if account.phone else "",
        "language": account.language,
        "notification_channel": account.notification_channel,
    }
