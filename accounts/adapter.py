"""What this portal asks of allauth beyond its settings."""

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
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

from accounts.models import User
from accounts.seeds import decrypt_seed, encrypt_seed
from accounts.services import email_addresses, outbox, sessions
from accounts.services.filed_online import attach_filed_cases, has_filed_cases
from portal.foundation.transactions import Busy

LONGEST_ADDRESS = 254
WAYS_TO_PROVE = {
    "reauthenticate": _("Use my password"),
    "mfa_reauthenticate": _("Use a number from my app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Puts account mail into the outbox, so that a slow mail server never slows or fails a page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many failed tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries. Wait five minutes, then try again."),
    }

    def clean_email(self, email: str) -> str:
        """Refuses what no row holds: allauth's fields let 320 characters through."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(
                _("An email address has at most %(longest)d characters. Check yours."),
                params={"longest": LONGEST_ADDRESS},
            )
        return str(super().clean_email(email))

    def set_password(self, user: User, password: str) -> None:
        """Sets it, and signs out everywhere else: whoever knew the old one is out at once.

        Raises SessionInterrupted when the account was deleted meanwhile.
        """
        user.set_password(password)
        if not User.objects.filter(pk=user.pk, deleted_at=None).update(password=user.password):
            raise SessionInterrupted("The account was deleted meanwhile.")
        request = context.request
        sessions.end_others(account=user, current_key=request.session.session_key if request else None)

    def send_mail(self, template_prefix: str, email: str, context_data: dict[str, Any]) -> None:
        request = context.request
        drawn = self.render_mail(template_prefix, email, {"request": request, "email": email, **context_data})
        user = context_data.get("user")
        outbox.queue_account_mail(
            account=user if isinstance(user, User) and user.pk else None,
            to_address=email,
            subject=drawn.subject,
            body=str(drawn.body),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """As allauth's, and says whose mail it is, so that it goes with the account."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": WAYS_TO_PROVE[method["id"]]} for method in methods]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if isinstance(user, User) and user.is_staff:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Marks the address as verified, all or nothing, and brings the cases that were filed by it."""
        try:
            with transaction.atomic():
                waits = email_addresses.remove_unconfirmed_signups(email_address)
                confirmed = waits and bool(super().confirm_email(request, email_address))
        except IntegrityError:
            waits = confirmed = False
        if not waits:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
        if confirmed:
            # Where the rows stay locked, the next sign-in brings them.
            with suppress(Busy):
                attach_filed_cases(account=email_address.user)
        return confirmed

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Signs in, brings cases that were filed online, and shows the pages in the account's language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
            if has_filed_cases(account=user):
                with suppress(Busy):
                    attach_filed_cases(account=user)
            remember_language(response, user.language)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the seeds of authenticator apps and recovery codes encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That did not match. Use the number that your app shows now, or another code."),
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


def name_of(user: User) -> str:
    """How pages and passkeys call the holder. Mail names nobody."""
    return user.display_name


def remember_language(response: HttpResponse, language: str) -> None:
    """Sets the language cookie, with the flags that the settings ask for."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
