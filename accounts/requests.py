"""The request type of views behind sign-in, and the decorator for pages of representatives."""

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
    """A request that passed `login_required`, so that `user` is an account."""

    user: User


def representative_required(
    view: Callable[Concatenate[SignedInRequest, P], R],
) -> Callable[Concatenate[SignedInRequest, P], R]:
    """Let only representatives open the view. Visitors must sign in first; other accounts get a 404."""

    @wraps(view)
    def enter(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.is_representative:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(enter)
