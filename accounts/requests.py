"""The request type of views behind sign-in."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose account is known: what `login_required` lets through."""

    user: User
