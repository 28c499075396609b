"""Present the sites to choose from."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from appointments.models import Site
from appointments.models.site import SiteName


class SiteChoice(NamedTuple):
    """One option of the list of sites."""

    site_id: UUID
    label: str


def build_near_sites(shown: Site, *, current: Site, mark: str) -> list[SiteChoice]:
    """Return the site that the page shows and the current site with a mark, or only that one."""
    marked = SiteChoice(current.public_id, f"{_site_label(current)} {mark}")
    return [marked] if shown == current else [SiteChoice(shown.public_id, _site_label(shown)), marked]


def build_sites(sites: Iterable[SiteName]) -> list[SiteChoice]:
    """Return the options for all sites."""
    return [SiteChoice(site.public_id, _site_label(site)) for site in sites]


def _site_label(site: Site | SiteName) -> str:
    return f"{site.state} – {site.city}: {site.name}"
