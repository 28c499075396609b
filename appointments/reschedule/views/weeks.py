"""Read the requested week, and hold the selected time. Shared by all pages with times."""

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
    """Return `week`, `near` and `all_sites` for the site and day in the address or the form."""
    search = SearchForm(request.POST if request.method == "POST" else request.GET)
    search.is_valid()
    current = appointments[0].slot.site
    site = queries.find_site(public_id=search.cleaned_data.get("site"), current=current)
    return {
        "week": _build_week(site, appointments, rules, search),
        "near": build_near_sites(site, current=current, mark=_("(your current site)")),
        "all_sites": lambda: build_sites(Site.objects.list_names()),
    }


def _build_week(
    site: Site, appointments: Sequence[Appointment], rules: RulesInForce, search: SearchForm
) -> WeekChoices:
    monday, day = search.day_of_week, search.cleaned_data.get("day")
    if len(appointments) > 1:
        return build_group_week(
            find_group_week(site=site, appointments=appointments, rules=rules, monday=monday), day
        )
    return build_week(find_week(site=site, appointment=appointments[0], rules=rules, monday=monday), day)


def hold_selected(
    request: SignedInRequest, appointments: Sequence[Appointment], form: SelectTimeForm
) -> list[ReservedSeat]:
    """Hold seats from the slot in a valid form. Raises Http404 without a slot, and the refusals of `hold`."""
    slot = queries.get_slot_or_404(public_id=form.cleaned_data["slot"])
    return reservations.hold(account=request.user, appointments=appointments, first=slot)
