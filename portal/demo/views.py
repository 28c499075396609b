"""The demonstration's start page, its sign-in without a password, and its mail. Loopback only."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.adapter import remember_language
from accounts.models import DemoPersona
from portal.demo.loopback import loopback_only
from portal.demo.mails import list_keys, read_mail, read_mails

MAILS_ON_A_PAGE = 20


@loopback_only
@require_safe
def list_personas(request: HttpRequest) -> HttpResponse:
    """Everyone whom a visitor may sign in as."""
    personas = DemoPersona.objects.select_related("user")
    return render(request, "demo/personas.html", {"personas": personas})


@loopback_only
@require_POST
def sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Signs in as a persona, in a new session and in the persona's language. No persona: 404."""
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
    """Every mail that the portal sent on this machine, newest first."""
    page = Paginator(list_keys(), MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page, "mails": read_mails(list(page))})


@loopback_only
@require_safe
def show_mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail as plain text, its links clickable."""
    mail = read_mail(key)
    if mail is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": mail})
