"""Restrict views to requests from this machine."""

from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

FORWARDING_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


def loopback_only(view: View[P]) -> View[P]:
    """Answer 404 to every request that comes from another machine or through a proxy."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_from_loopback(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def is_from_loopback(request: HttpRequest) -> bool:
    """Return whether the connection comes from loopback and has no forwarding header."""
    if any(header in request.headers for header in FORWARDING_HEADERS):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
