"""What every page with times has in common: the day that was asked for, and holding what was picked."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from appointments.booking import hold, queries
from appointments.booking.availability import find_week
from appointments.booking.decisions import decide
from appointments.booking.errors import HeldBySomeoneElse, SeatRefused, TooManyHolds
from appointments.models import Appointment, Hold, Site
from appointments.reschedule.forms import SearchForm, SelectTimeForm
from appointments.reschedule.presenters.refusals import (
    explain_hold_limit,
    explain_other_holder,
    explain_seat_refusal,
)
from appointments.reschedule.presenters.times import build_near_sites, build_sites, build_week
from policy.queries import RulesInForce


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Why no seat was held, in words, and the status that says it."""

    problems: tuple[str, ...]
    status: int


def read_week(request: SignedInRequest, appointment: Appointment, rules: RulesInForce) -> dict[str, Any]:
    """`week`, `near` and `all_sites` for a page, of the site and day in the address or the form sent."""
    search = SearchForm(request.POST if request.method == "POST" else request.GET)
    search.is_valid()
    present = appointment.slot.site
    site = queries.find_site(public_id=search.cleaned_data.get("site"), present=present)
    week = find_week(site, appointment=appointment, rules=rules, monday=search.day_of_week)
    return {
        "week": build_week(week, search.cleaned_data.get("day")),
        "near": build_near_sites(site, present=present, mark=_("(your present site)")),
        "all_sites": lambda: build_sites(Site.objects.list_names()),
    }


def try_to_hold(request: SignedInRequest, appointment: Appointment) -> Hold | NotHeld:
    """A hold on the slot that was picked. Raises Refused or NotYours, and Http404 for no slot at all."""
    form = SelectTimeForm(request.POST)
    if not form.is_valid():
        return NotHeld((str(form.errors["slot"][0]),), 422)
    slot = queries.get_slot_or_404(public_id=form.cleaned_data["slot"])
    try:
        return hold.take(account=request.user, appointment=appointment, slot=slot)
    except SeatRefused as refused:
        rules = decide(appointment)[1]
        return NotHeld(tuple(explain_seat_refusal(cause, rules) for cause in refused.causes), 409)
    except HeldBySomeoneElse as refused:
        return NotHeld((explain_other_holder(refused, appointment),), 409)
    except TooManyHolds as refused:
        return NotHeld((explain_hold_limit(refused),), 429)
