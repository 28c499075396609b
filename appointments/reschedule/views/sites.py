"""Choose a site by its distance or its first opening. Shared by all pages with times."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from appointments.booking.decisions import decide_all
from appointments.booking.sites import find_near_sites, search_sites
from appointments.models import Appointment, Site
from appointments.reschedule import queries
from appointments.reschedule.forms import SiteSearchForm, read_public_ids
from appointments.reschedule.presenters.sites import build_site_views, present_site_search
from policy.queries import RulesInForce
from portal.foundation.zip_codes import find_zip_coordinates

# Parameters of the search itself, and those of the times that the reader came from.
SEARCH_FIELDS = frozenset({*SiteSearchForm.base_fields, "page", "day"})
FROM_TIMES = frozenset({"site", "near"})


@login_required
@require_safe
def choose_site(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the sites near the current one or a ZIP Code, each with its first time for everyone."""
    others = read_public_ids(request.GET)
    group = queries.get_group_or_404(user=request.user, public_id=public_id, others=others)
    decisions, rules = decide_all(group.appointments)
    if not all(decision.is_allowed for decision in decisions.values()):
        return redirect(group.answer_address)
    if len(queries.list_drafts(user=request.user, appointments=group.appointments)) < len(group.appointments):
        return redirect(group.reason_address)
    times_path = reverse("appointments:times", args=[group.first.public_id])
    context = {"group": group, **read_sites(request.GET, group.appointments, rules, times_path=times_path)}
    status = 422 if context["form"].errors else 200
    return render(request, "appointments/reschedule/sites.html", context, status=status)


def read_sites(
    query: QueryDict,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    *,
    times_path: str,
    beyond_limits: bool = False,
) -> dict[str, Any]:
    """Return the context of `choose_site.html` for the search in an address. Three statements at most.

    Every other parameter of the address is passed on to the page of times. A search with an error finds
    nothing.
    """
    form = SiteSearchForm(query)
    current = appointments[0].slot.site
    fields = [
        (name, value) for name, values in query.lists() for value in values if name not in SEARCH_FIELDS
    ]
    kept = [(name, value) for name, value in fields if name not in FROM_TIMES]
    back = f"{times_path}?{urlencode(fields)}" if fields else times_path
    context: dict[str, Any] = {"form": form, "times_path": times_path, "kept_fields": fields, "back": back}
    if not form.is_valid():
        return {**context, "keep": urlencode(kept)}
    zip_code, within, order = (form.cleaned_data[name] for name in ("zip", "within", "order"))
    point = form.point or current.coordinates
    page = search_sites(
        point=point,
        within=within,
        order=order,
        appointments=appointments,
        rules=rules,
        page=query.get("page"),
        beyond_limits=beyond_limits,
    )
    return {
        **context,
        "near_current": urlencode([*fields, ("within", within or ""), ("order", order)]),
        "keep": urlencode([*kept, ("zip", zip_code)] if zip_code else kept),
        "page": page,
        "sites": build_site_views(page.object_list, current=current, is_near_current=not zip_code),
        "search": present_site_search(
            zip_code=zip_code, within=within, order=order, is_located=point is not None
        ),
    }


def read_near_sites(
    zip_code: str,
    appointments: Sequence[Appointment],
    rules: RulesInForce,
    *,
    shown: Site,
    beyond_limits: bool = False,
) -> dict[str, Any]:
    """Return `sites` for `site_options.html`: the current site, the shown one, and the nearest.

    One statement. A ZIP Code that is not known is ignored.
    """
    current = appointments[0].slot.site
    point = find_zip_coordinates(zip_code)
    rows = find_near_sites(
        current=current,
        shown=shown,
        point=point or current.coordinates,
        appointments=appointments,
        rules=rules,
        beyond_limits=beyond_limits,
    )
    sites = build_site_views(rows, current=current, shown=shown, is_near_current=point is None)
    return {"sites": sites, "zip_code": zip_code if point else ""}
