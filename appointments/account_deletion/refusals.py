"""The table of refusals of deleting an account: one row, because there is one exception with a cause."""

from accounts.services.deletion import DeletionRefused
from appointments.account_deletion.presenters import explain_obstacle
from portal.foundation.refusals import NextPage, Pages, Refusals, Row, Table

REFUSALS: Table = {
    DeletionRefused: Row(lambda refused, _context: [explain_obstacle(refused.obstacle)], NextPage.SAME, 409),
}


def refusals(pages: Pages) -> Refusals[None]:
    """Catch the refusal to delete an account; `respond` then returns the page."""
    return Refusals(REFUSALS, pages, None)
