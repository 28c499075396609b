"""Present sites to choose from: how far they are, and when they have their first opening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from appointments.booking.sites import SiteOpening, SiteOrder
from appointments.models import Site
from portal.foundation.site_time import format_short_instant, in_site_zone


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site of a list. `first_day` is its first day with a time for all, or None."""

    public_id: UUID
    name: str
    city: str
    address: str
    distance: str
    first_opening: str
    first_day: date | None
    is_current: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class SiteSearchView:
    """What was searched, as texts. `zip_code` is empty if the search is near the current site."""

    heading: str
    nothing_found: str
    zip_code: str
    is_located: bool


def build_site_views(
    rows: Iterable[SiteOpening], *, current: Site, shown: Site | None = None, is_near_current: bool
) -> list[SiteView]:
    """Return the sites in their order. `is_near_current`: the distances are from the current site."""
    return [
        SiteView(
            public_id=row.public_id,
            name=row.name,
            city=f"{row.city}, {row.state}",
            address=f"{row.street}, {row.city}, {row.state} {row.postal_code}",
            distance="" if is_near_current and row.pk == current.pk else describe_distance(row.miles),
            first_opening=_describe_first_opening(row),
            first_day=row.first_starts_at and in_site_zone(row.first_starts_at, row.tz).date(),
            is_current=row.pk == current.pk,
            is_shown=shown is not None and row.pk == shown.pk,
        )
        for row in rows
    ]


def describe_distance(miles: float | None) -> str:
    """Return “about 4.6 miles”, with a decimal below 10. English and US Spanish write the same numbers."""
    if miles is None:
        return _("distance unknown")
    if miles < 0.1:
        return _("less than 0.1 miles")
    number = f"{miles:.1f}" if miles < 9.95 else f"{miles:,.0f}"
    return _("about %(number)s miles") % {"number": number}


def _describe_first_opening(row: SiteOpening) -> str:
    if row.first_starts_at is None:
        return _("No openings")
    return format_short_instant(row.first_starts_at, row.tz)


def present_site_search(
    *, zip_code: str, within: int | None, order: SiteOrder, is_located: bool
) -> SiteSearchView:
    """Present a valid search. `is_located` is false if it begins at a current site without coordinates."""
    parts = {"zip": zip_code, "miles": within}
    return SiteSearchView(
        heading=_describe_search(zip_code, within if is_located else None, order) % parts,
        nothing_found=_("No sites within %(miles)s miles. Choose a larger distance.") % parts,
        zip_code=zip_code,
        is_located=is_located,
    )


def _describe_search(zip_code: str, within: int | None, order: SiteOrder) -> str:
    """Return one whole sentence for each kind of search, because languages order its parts differently."""
    if order is SiteOrder.EARLIEST:
        if within is None:
            return _("Earliest openings at any site")
        if zip_code:
            return _("Earliest openings within %(miles)s miles of ZIP Code %(zip)s")
        return _("Earliest openings within %(miles)s miles of your current site")
    if within is None:
        return _("Sites near ZIP Code %(zip)s") if zip_code else _("Sites near your current site")
    if zip_code:
        return _("Sites within %(miles)s miles of ZIP Code %(zip)s")
    return _("Sites within %(miles)s miles of your current site")
