"""The table of refusals of what staff do on a case, as staff read them.

`staff_case_view` answers most of them: it leads back to the page of the case. Reschedules for callers use the
table of the public journey.
"""

from django.utils.translation import gettext_lazy as _

from accounts.services.access_codes import CaseHasAccount, InvalidPrintedCode
from appointments.booking.errors import (
    AlreadyDone,
    AlreadyInForce,
    CaseIsClosed,
    NotVerified,
    NotYours,
    Refused,
)
from portal.foundation.refusals import NextPage, Pages, Refusals, Row, Table, describe_as

REFUSALS: Table = {
    NotYours: Row(
        describe_as(_("Your unit can view this case but cannot act on it. Nothing was changed.")),
        NextPage.BACK,
        409,
    ),
    AlreadyDone: Row(
        describe_as(
            _("This was already done, or it changed after you opened the page. Nothing was changed.")
        ),
        NextPage.BACK,
        409,
    ),
    AlreadyInForce: Row(
        describe_as(
            _("This representative already represents the client on this case. Nothing was changed.")
        ),
        NextPage.BACK,
        409,
    ),
    Refused: Row(
        describe_as(_("The appointment changed after you opened the page. Nothing was changed.")),
        NextPage.BACK,
        409,
    ),
    CaseIsClosed: Row(describe_as(_("The case is closed. Nothing was changed.")), NextPage.BACK, 409),
    CaseHasAccount: Row(
        describe_as(_("This case is already linked to an account and needs no code.")), NextPage.BACK, 409
    ),
    InvalidPrintedCode: Row(
        describe_as(
            _(
                "You cannot enter this code. Check its 16 characters, and check that the letter is less "
                "than 90 days old. Each code can be entered only once."
            )
        ),
        NextPage.SAME,
        422,
    ),
    NotVerified: Row(
        describe_as(
            _(
                "No verified representative’s account has this address, or the accreditation has ended. "
                "Check the address, or have the account verified first."
            )
        ),
        NextPage.SAME,
        422,
    ),
}


def refusals(pages: Pages) -> Refusals[None]:
    """Catch refusals of what an officer did; `respond` then returns one of the pages."""
    return Refusals(REFUSALS, pages, None)
