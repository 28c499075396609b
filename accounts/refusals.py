"""The tables of refusals of accounts: one for account holders, one for staff who decide applications.

`portal/foundation/refusals.py` says how a view uses them.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.presenters.codes import describe_lockout
from accounts.services.applications import (
    AccountHasCases,
    AccreditationEnded,
    AlreadyDecided,
    DetailsChanged,
    RepresentationsStillEnding,
)
from accounts.services.authority import NotYours
from accounts.services.codes import CodeRejected, TooManyAttempts
from accounts.services.phone_codes import NoUsablePhoneCode, TooManyPhoneCodes, WrongPhoneCode
from portal.foundation.refusals import (
    NextPage,
    Pages,
    Refusals,
    Row,
    Table,
    describe_as,
    describe_nothing,
)

CANNOT_DECIDE = _("Your unit can view applications but not decide them. Nothing was changed.")


def _describe_wrong_phone_code(wrong: WrongPhoneCode, _context: None) -> list[str]:
    text = ngettext(
        "That code is wrong. You can try %(number)d more time.",
        "That code is wrong. You can try %(number)d more times.",
        wrong.tries_left,
    )
    return [text % {"number": wrong.tries_left}]


REFUSALS: Table = {
    CodeRejected: Row(
        describe_as(
            _(
                "We couldn’t add a case with this receipt number and code. Check both on your"
                " Account Access Notice. Codes work once and expire after 90 days."
            )
        ),
        NextPage.SAME,
        422,
    ),
    TooManyAttempts: Row(lambda lockout, _context: [describe_lockout(lockout.wait)], NextPage.SAME, 429),
    WrongPhoneCode: Row(_describe_wrong_phone_code, NextPage.SAME, 422),
    NoUsablePhoneCode: Row(
        describe_as(_("You don’t have a valid code. Request a new one below.")), NextPage.SAME, 422
    ),
    TooManyPhoneCodes: Row(lambda lockout, _context: [describe_lockout(lockout.wait)], NextPage.SAME, 429),
    AccountHasCases: Row(describe_nothing, NextPage.SAME, 409),
    AccreditationEnded: Row(
        describe_as(_("This date has passed. Enter today’s date or a later one.")), NextPage.SAME, 422
    ),
    AlreadyDecided: Row(
        describe_as(_("We already decided your application. Nothing was changed.")), NextPage.BACK, 409
    ),
}

STAFF_REFUSALS: Table = {
    NotYours: Row(describe_as(CANNOT_DECIDE), NextPage.BACK, 409),
    DetailsChanged: Row(
        describe_as(
            _("The applicant changed the details while you were reviewing them. Review them again below.")
        ),
        NextPage.BACK,
        409,
    ),
    AccreditationEnded: Row(describe_as(_("That date has passed. Nothing was changed.")), NextPage.BACK, 409),
    RepresentationsStillEnding: Row(
        describe_as(
            _(
                "The accreditation had ended. We are still ending this representative’s links to "
                "clients. Try again in a minute. Nothing was changed."
            )
        ),
        NextPage.BACK,
        409,
    ),
    AlreadyDecided: Row(
        describe_as(_("This application was already decided. Nothing was changed.")), NextPage.BACK, 409
    ),
}


def refusals(pages: Pages) -> Refusals[None]:
    """Catch refusals of what an account holder asked for; `respond` then returns one of the pages."""
    return Refusals(REFUSALS, pages, None)


def staff_refusals(pages: Pages) -> Refusals[None]:
    """Catch refusals of a decision of staff; `respond` then returns one of the pages."""
    return Refusals(STAFF_REFUSALS, pages, None)
