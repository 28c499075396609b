"""Adapters that change allauth beyond its settings."""

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.known_devices import find_device_id, remember_device
from accounts.models import User
from accounts.queries import has_filed_cases
from accounts.seeds import decrypt_seed, encrypt_seed
from accounts.services import email_addresses, outbox, sessions
from accounts.services.filed_online import attach_filed_cases
from portal.foundation.text_normalization import normalize_password
from portal.foundation.transactions import Busy

MAX_EMAIL_LENGTH = 254
REAUTHENTICATION_METHODS = {
    "reauthenticate": _("Use my password"),
    "mfa_reauthenticate": _("Use a code from my app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Queues account mail in the outbox, so that a slow mail server never slows down or breaks a page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many failed attempts. Wait 5 minutes and try again."),
        "rate_limited": _("Too many attempts. Wait 5 minutes and try again."),
    }

    def clean_email(self, email: str) -> str:
        """Reject addresses longer than the column: allauth's fields accept 320 characters."""
        if len(email) > MAX_EMAIL_LENGTH:
            raise ValidationError(
                _("Enter an email address with no more than %(longest)d characters."),
                params={"longest": MAX_EMAIL_LENGTH},
            )
        return str(super().clean_email(email))

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        """Check the password in the form in which it is hashed."""
        return str(super().clean_password(normalize_password(password), user))

    def set_password(self, user: User, password: str) -> None:
        """Set the password and sign out all other sessions, so that someone who knew the old one is out.

        Raises: SessionInterrupted if the account was deleted in the meantime.
        """
        user.set_password(password)
        if not User.objects.filter(pk=user.pk, deleted_at=None).update(password=user.password):
            raise SessionInterrupted("The account was deleted.")
        request = context.request
        current_key = request.session.session_key if request else None
        sessions.end_other_sessions(account=user, current_key=current_key)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords from a browser that signed in before on their own."""
        key = str(super()._get_login_attempts_cache_key(request, **credentials))
        device = find_device_id(request, email=credentials.get("email", ""))
        return f"{key}:device:{device}" if device else key

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a new password, forget the wrong ones of this browser and those of all unknown browsers."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        unknown = super()._get_login_attempts_cache_key(request, **credentials)
        ratelimit.clear(request, app="allauth.account", action="login_failed", key=unknown)

    def send_mail(self, template_prefix: str, email: str, context_data: dict[str, Any]) -> None:
        request = context.request
        rendered = self.render_mail(
            template_prefix, email, {"request": request, "email": email, **context_data}
        )
        user = context_data.get("user")
        outbox.queue_account_mail(
            account=user if isinstance(user, User) and user.pk else None,
            to_address=email,
            subject=rendered.subject,
            body=str(rendered.body),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Add the user to the context, so that the mail is deleted with the account."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": REAUTHENTICATION_METHODS[method["id"]]} for method in methods]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if isinstance(user, User) and user.is_staff:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Verify the address, and add the cases that were filed online with it.

        Does nothing and shows an error if the address is no longer waiting or belongs to another account.
        """
        try:
            with transaction.atomic():
                is_waiting = email_addresses.remove_unconfirmed_signups(email_address)
                is_confirmed = is_waiting and bool(super().confirm_email(request, email_address))
        except IntegrityError:
            is_waiting = is_confirmed = False
        if not is_waiting:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
        if is_confirmed:
            # If the rows stay locked, the next sign-in adds the cases.
            with suppress(Busy):
                attach_filed_cases(account=email_address.user)
        return is_confirmed

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Add cases that were filed online, and remember the account's language and this browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
            if has_filed_cases(user):
                with suppress(Busy):
                    attach_filed_cases(account=user)
            remember_language(response, user.language)
            remember_device(request, response, email=user.email)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """Stores the seeds of authenticator apps and recovery codes encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "That code didn’t match. Enter the current code from your app, or a "
            "recovery code you haven’t used."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encrypt_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt_seed(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 (allauth's name)
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.AGENCY_NAME}


def get_display_name(user: User) -> str:
    """Return the name shown on pages and passkeys. It is never used in mail."""
    return user.display_name


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the language cookie with the flags from the settings."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
