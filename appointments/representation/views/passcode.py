"""A client's passcode for a representative. It is shown on one page only, for a few minutes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Case, RepresentativePasscode
from accounts.requests import SignedInRequest
from accounts.seeds import decrypt_seed, encrypt_seed
from accounts.services.passcodes import create_for_client
from appointments.representation import queries
from appointments.representation.refusals import refusals
from portal.foundation.clock import agency_zone, database_now
from portal.foundation.refusals import NextPage, answer_404, warn_and_go_to
from portal.foundation.site_time import format_day
from portal.foundation.text_normalization import group_characters

# The session keeps a new passcode, encrypted, until the client leaves its page: a change of the language or a
# reload shows it again.
PASSCODE = "new_passcode"
SHOWN_FOR = timedelta(minutes=10)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def make_passcode(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Generate a passcode, which ends earlier ones, and show it. GET shows it again for a few minutes."""
    case = queries.get_own_case_or_404(user=request.user, public_id=public_id)
    if request.method != "POST":
        return _show_again(request, case)
    back = warn_and_go_to(request, "appointments:representative", public_id)
    with refusals({NextPage.BACK: back, NextPage.GONE: answer_404}) as refused:
        code, row = create_for_client(account=request.user, case=case)
        request.session[PASSCODE] = {"id": row.pk, "code": encrypt_seed(code)}
        return redirect("appointments:passcode", public_id)
    return refused.respond()


def forget_passcode(request: SignedInRequest) -> None:
    """Remove a new passcode from the session, because the client left its page."""
    request.session.pop(PASSCODE, None)


def _show_again(request: SignedInRequest, case: Case) -> HttpResponse:
    kept = request.session.get(PASSCODE)
    row = queries.find_usable_passcode(case=case, passcode_id=kept["id"]) if kept else None
    if kept is None or row is None or not _is_new(row, database_now()):
        return redirect("appointments:representative", case.public_id)
    context = {
        "case": case,
        "code": group_characters(decrypt_seed(kept["code"])),
        "works_until": format_day(row.expires_at, agency_zone().key),
    }
    return render(request, "appointments/representation/passcode.html", context)


def _is_new(row: RepresentativePasscode, now: datetime) -> bool:
    return now < row.issued_at + SHOWN_FOR
