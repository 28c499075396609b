"""What this portal asks of allauth beyond its settings."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from accounts.services import outbox


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

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Signs in, and shows the pages in the account's own language from then on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
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
