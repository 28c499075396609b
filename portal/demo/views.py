"""Pages of the demonstration: its people, sign-in without a password, and its mail. Loopback only."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.adapter import remember_language
from accounts.models import DemoPersona
from portal.demo import mails
from portal.demo.loopback import loopback_only

MAILS_ON_A_PAGE = 20


@loopback_only
@require_safe
def list_personas(request: HttpRequest) -> HttpResponse:
    """Show the people whom a visitor can sign in as."""
    personas = DemoPersona.objects.select_related("user")
    return render(request, "demo/personas.html", {"personas": personas})


@loopback_only
@require_POST
def sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sign in as a persona, in a new session and in the persona's language, or answer 404."""
    persona = get_object_or_404(
        DemoPersona.objects.select_related("user"), user__public_id=public_id, user__is_active=True
    )
    logout(request)
    login(request, persona.user)
    UserSession.objects.create_from_request(request)
    response = redirect("admin:index" if persona.user.is_staff else "appointments:list")
    remember_language(response, persona.user.language)
    return response


@loopback_only
@require_safe
def list_mails(request: HttpRequest) -> HttpResponse:
    """Show every mail that the portal sent on this machine, newest first."""
    page = Paginator(mails.list_mail_keys(), MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page, "mails": mails.list_mails(list(page))})


@loopback_only
@require_safe
def show_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail as plain text with links."""
    mail = mails.find_mail(key)
    if mail is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": mail})
