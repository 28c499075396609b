"""The table of refusals of representations, as clients and representatives read them.

`portal/foundation/refusals.py` says how a view uses it.
"""

from django.utils.translation import gettext_lazy as _

from accounts.presenters.codes import describe_lockout
from accounts.services.codes import CodeRejected, TooManyAttempts
from appointments.booking.errors import (
    AccountNotVerified,
    AlreadyDone,
    CaseIsClosed,
    NotVerified,
    NotYours,
    TooManyInvitations,
)
from portal.foundation.refusals import (
    NextPage,
    Pages,
    Refusals,
    Row,
    Table,
    describe_as,
    describe_nothing,
)

REFUSALS: Table = {
    NotYours: Row(describe_nothing, NextPage.GONE, 404),
    TooManyInvitations: Row(
        describe_as(_("You can invite up to five people a day for each case. Try again tomorrow.")),
        NextPage.SAME,
        429,
    ),
    AlreadyDone: Row(
        describe_as(_("This request was already answered or has ended. Nothing has changed.")),
        NextPage.BACK,
        409,
    ),
    CaseIsClosed: Row(
        describe_as(_("The case is closed, so you can’t ask anyone to represent you on it.")),
        NextPage.BACK,
        409,
    ),
    NotVerified: Row(
        describe_as(
            _("The representative is not verified, or the accreditation has ended. Nothing has changed.")
        ),
        NextPage.BACK,
        409,
    ),
    AccountNotVerified: Row(
        describe_as(
            _(
                "You can’t add clients now. Your account is not verified as a representative’s, or "
                "your accreditation has ended. Our staff must verify it first."
            )
        ),
        NextPage.SAME,
        422,
    ),
    TooManyAttempts: Row(lambda lockout, _context: [describe_lockout(lockout.wait)], NextPage.SAME, 429),
    CodeRejected: Row(
        describe_as(
            _(
                "We can’t find a case with this receipt number and passcode. Check both with your "
                "client. A passcode works once, for 90 days."
            )
        ),
        NextPage.SAME,
        422,
    ),
}


def refusals(pages: Pages) -> Refusals[None]:
    """Catch refusals of what a client or a representative did; `respond` then returns one of the pages."""
    return Refusals(REFUSALS, pages, None)
