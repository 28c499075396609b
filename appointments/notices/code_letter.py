"""Letters with an Online Access Code or a representative passcode. Rendered once and never stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Case
from appointments.notices import wording
from appointments.notices.typesetting import typeset
from policy.models import ContactRoute
from portal.foundation.clock import agency_day
from portal.foundation.site_time import format_date
from portal.foundation.text_normalization import group_characters


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """The content of a letter. It has no person's name: the one who opens it may not be the one who filed."""

    language: str
    receipt_number: str
    form_code: str
    code: str
    written_on: date
    works_until: date
    office: ContactRoute

    @classmethod
    def for_case(
        cls, case: Case, *, code: str, issued_at: datetime, expires_at: datetime, language: str
    ) -> Self:
        """Build the letter for a case and code. Its dates are in the agency's time zone."""
        return cls(
            language=language,
            receipt_number=case.receipt_number,
            form_code=case.form_type.code,
            code=group_characters(code),
            written_on=agency_day(issued_at),
            works_until=agency_day(expires_at),
            office=case.form_type.contact_route,
        )


def render_code_letter(letter: CodeLetter) -> bytes:
    """Return the letter to a client as PDF/UA-1, in the letter's language."""
    return _render(letter, _build_for_client)


def render_passcode_letter(letter: CodeLetter) -> bytes:
    """Return the letter to a representative as PDF/UA-1, in the letter's language."""
    return _render(letter, _build_for_representative)


def _render(letter: CodeLetter, build: Callable[[CodeLetter], dict[str, Any]]) -> bytes:
    with override(letter.language):
        rendered_at = datetime.combine(letter.written_on, time(), UTC)
        return typeset("code_letter.typ", _build_frame(letter) | build(letter), rendered_at=rendered_at)


def _build_frame(letter: CodeLetter) -> dict[str, Any]:
    """Return the strings that both letters share."""
    return {
        "language": letter.language,
        "agency": settings.AGENCY_NAME,
        "notice_date": _("Notice date: %(date)s") % {"date": format_date(letter.written_on)},
        "demo": _("Demonstration only. This is not an official notice of any government agency.")
        if settings.IS_DEMO
        else None,
        "code": letter.code,
        "valid": _("You can use it once, until %(date)s.") % {"date": format_date(letter.works_until)},
        "details": [
            [_("Receipt number"), letter.receipt_number],
            [_("Form"), letter.form_code],
        ],
        "how": _("How to use it"),
        "questions": _("Questions"),
        "questions_paragraphs": [
            wording.describe_contact(letter.office.name, letter.office.phone, letter.office.hours)
        ],
        "footer": _("This notice does not grant any immigration status or benefit."),
        # Translators: keep {page} and {pages} as they are.
        "page": _("Page {page} of {pages}"),
    }


def _build_for_client(letter: CodeLetter) -> dict[str, Any]:
    return {
        "title": _("Account Access Notice"),
        "opening": _("Use this code to add your case to your account in the appointment portal."),
        "code_title": _("Online Access Code"),
        "steps": [
            _("Go to the address below. Sign in, or create an account with your own email address."),
            _("Enter the receipt number and the code. You can leave out spaces and dashes."),
            _("You can then see the appointments for your case and ask for a new time."),
        ],
        "check_url": settings.PUBLIC_URL + reverse("accounts:add_case"),
        "care": _("Keep this letter safe"),
        "care_items": [
            _(
                "Anyone who has this letter can add your case to an account. Keep it until you have used "
                "the code."
            ),
            _("The agency never asks for this code by phone, text, or email."),
            _("Earlier codes that you have not used no longer work."),
        ],
    }


def _build_for_representative(letter: CodeLetter) -> dict[str, Any]:
    return {
        "title": _("Representative passcode"),
        "opening": _("Use this passcode to ask to represent your client in the appointment portal."),
        "code_title": _("Representative passcode"),
        "steps": [
            _("Go to the address below and sign in with your verified representative account."),
            _("Enter the receipt number and the passcode. You can leave out spaces and dashes."),
            _(
                "We then ask your client to accept. A client without an account already accepted by "
                "signing the paper form."
            ),
        ],
        "check_url": settings.PUBLIC_URL + reverse("appointments:add_client"),
        "care": _("Keep this letter safe"),
        "care_items": [
            _("Only the representative who signed Form G-28 may use this passcode."),
            _("The agency never asks for this passcode by phone, text, or email."),
            _("Earlier passcodes for this case that were not used no longer work."),
        ],
    }
