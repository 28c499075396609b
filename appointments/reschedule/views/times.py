"""Read the requested day of a calendar, and hold the selected time. Shared by all pages with times."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.http import urlencode

from accounts.requests import SignedInRequest
from appointments.booking import queries, reservations
from appointments.booking.availability import count_openings, list_times
from appointments.booking.sites import list_site_hours
from appointments.models import Appointment, ReservedSeat
from appointments.notices.presenters.site_facts import build_site_facts
from appointments.reschedule.facts import TimesSearch, choose_day, find_open_days
from appointments.reschedule.forms import SearchForm, SelectTimeForm
from appointments.reschedule.presenters.calendar import DescribeTime, present_times
from appointments.reschedule.views.sites import read_near_sites
from policy.queries import RulesInForce
from portal.foundation.site_time import in_site_zone

Fields = Sequence[tuple[str, str]]


def read_times(
    query: Mapping[str, Any],
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    *,
    further: Fields = (),
    path: str = "",
    held: Sequence[ReservedSeat] = (),
    beyond_limits: bool = False,
    describe: DescribeTime | None = None,
) -> dict[str, Any]:
    """Return the context of `choose_time.html` for the search in an address. At most five statements.

    The template also needs `sites_path`, the page to choose a site. `further` are other parameters that the
    links pass on, `path` is the page of times if it is not the one that is shown, and `held` the seats of a
    live hold of these people.
    """
    form = SearchForm(query)
    form.is_valid()
    current = appointments[0].slot.site
    site = queries.find_site(public_id=form.cleaned_data.get("site"), current=current)
    group: dict[str, Any] = {"appointments": appointments, "rules": rules, "beyond_limits": beyond_limits}
    sites = read_near_sites(form.cleaned_data.get("zip") or "", shown=site, **group)
    zip_code = (("zip", sites["zip_code"]),) if sites["zip_code"] else ()
    search = form.get_search(site_id=site.public_id, further=(*further, *zip_code), path=path)
    days = find_open_days(count_openings(site=site, **group), search)
    current_days = [_get_local_day(appointment) for appointment in appointments]
    on = choose_day(days, search, current_on=min(current_days))
    times = list_times(site=site, on=on, **group) if on is not None and on in days.counts else []
    return {
        "times": present_times(
            days,
            search,
            on=on,
            times=[time for time in times if search.matches_time(time, site.tz)],
            current_days=current_days,
            held=[str(seat.slot.public_id) for seat in held[:1]],
            describe=describe,
        ),
        "day_problem": form.errors["day"][0] if "day" in form.errors else "",
        **sites,
        "facts": build_site_facts(site, list_site_hours(site), now=rules.now),
        "keep": _build_kept(search, near=on.isoformat() if on else ""),
    }


def _build_kept(search: TimesSearch, *, near: str) -> str:
    """Return the query that a link to another site keeps."""
    return urlencode((*search.filter_fields, *search.further, *((("near", near),) if near else ())))


def _get_local_day(appointment: Appointment) -> date:
    return in_site_zone(appointment.slot.starts_at, appointment.slot.site.tz).date()


def hold_selected(
    request: SignedInRequest, appointments: Sequence[Appointment], form: SelectTimeForm
) -> list[ReservedSeat]:
    """Hold seats from the slot in a valid form. Raises Http404 without a slot, and the refusals of `hold`."""
    slot = queries.get_slot_or_404(public_id=form.cleaned_data["slot"])
    return reservations.hold(account=request.user, appointments=appointments, first=slot)
