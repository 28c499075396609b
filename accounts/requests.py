"""The request type of views behind sign-in, and the door of pages that only representatives have."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class SignedInRequest(HttpRequest):
    """A request whose account is known: what `login_required` lets through."""

    user: User


def for_representatives(
    view: Callable[Concatenate[SignedInRequest, P], R],
) -> Callable[Concatenate[SignedInRequest, P], R]:
    """A view that exists for representatives only: others find nothing, a stranger signs in first."""

    @wraps(view)
    def enter(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.is_representative:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(enter)
