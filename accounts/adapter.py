"""What this portal asks of allauth beyond its settings."""

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from accounts.services import outbox
from accounts.services.filed_online import attach_filed_cases, has_filed_cases
from policy.transactions import Busy


class AccountAdapter(DefaultAccountAdapter):
    """Puts account mail into the outbox, so that a slow mail server never slows or fails a page."""

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

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user = request.user
        if isinstance(user, User) and user.is_staff:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Marks the address as verified, and brings the cases that were filed by it."""
        confirmed: bool = super().confirm_email(request, email_address)
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
