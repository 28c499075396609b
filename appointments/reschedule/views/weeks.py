"""What every page with times has in common: the day that was asked for, and holding what was picked."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from appointments.booking import queries, reservations
from appointments.booking.availability import find_group_week, find_week
from appointments.models import Appointment, ReservedSeat, Site
from appointments.reschedule.forms import SearchForm, SelectTimeForm
from appointments.reschedule.presenters.times import (
    WeekChoices,
    build_group_week,
    build_near_sites,
    build_sites,
    build_week,
)
from policy.queries import RulesInForce


def read_week(
    request: SignedInRequest, appointments: Sequence[Appointment], rules: RulesInForce
) -> dict[str, Any]:
    """Return `week`, `near` and `all_sites` for a page, of the site and day in the address or the form."""
    search = SearchForm(request.POST if request.method == "POST" else request.GET)
    search.is_valid()
    present = appointments[0].slot.site
    site = queries.find_site(public_id=search.cleaned_data.get("site"), present=present)
    return {
        "week": _build_week(site, appointments, rules, search),
        "near": build_near_sites(site, present=present, mark=_("(your present site)")),
        "all_sites": lambda: build_sites(Site.objects.list_names()),
    }


def _build_week(
    site: Site, appointments: Sequence[Appointment], rules: RulesInForce, search: SearchForm
) -> WeekChoices:
    monday, day = search.day_of_week, search.cleaned_data.get("day")
    if len(appointments) > 1:
        return build_group_week(
            find_group_week(site, appointments=appointments, rules=rules, monday=monday), day
        )
    return build_week(find_week(site, appointment=appointments[0], rules=rules, monday=monday), day)


def hold_picked(
    request: SignedInRequest, appointments: Sequence[Appointment], form: SelectTimeForm
) -> list[ReservedSeat]:
    """Reserve seats from the slot in a valid form on. Raises Http404 for no slot, and what `hold` refuses."""
    slot = queries.get_slot_or_404(public_id=form.cleaned_data["slot"])
    return reservations.hold(account=request.user, appointments=appointments, first=slot)
