"""The table of refusals of saved filters. A bulk reschedule has those of `appointments/reschedule`.

`portal/foundation/refusals.py` says how a view uses it.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.caseload.services.saved_filters import NameTaken, TooManySavedFilters
from appointments.models.saved_filter import MAX_SAVED_FILTERS
from portal.foundation.refusals import NextPage, Pages, Refusals, Row, Table, describe_as


def describe_filter_limit(_refused: TooManySavedFilters, _context: Any) -> list[str]:
    """Return how many filters an account can save, and what to do."""
    text = _("You can save up to %(number)d filters. Delete one first.")
    return [text % {"number": MAX_SAVED_FILTERS}]


REFUSALS: Table = {
    TooManySavedFilters: Row(describe_filter_limit, NextPage.SAME, 422),
    NameTaken: Row(
        describe_as(gettext_lazy("You have another filter with this name. Choose a different name.")),
        NextPage.SAME,
        422,
    ),
}


def refusals(pages: Pages) -> Refusals[None]:
    """Catch refusals of what a representative did to a saved filter."""
    return Refusals(REFUSALS, pages, None)
