"""The letters that bring an Online Access Code or a representative passcode: drawn once, kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Case
from appointments.notices.typesetting import typeset
from policy.models import ContactRoute
from portal.foundation.clock import agency_day
from portal.foundation.site_time import format_date
from portal.foundation.text_normalization import group_characters


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """What the letter says. It names the case and no person: who filed may not be who opens it."""

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
        """The letter for this case and code, its days those of the agency's zone."""
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
    """The letter to a client as PDF/UA-1, in its language."""
    return _render(letter, _build_client)


def render_passcode_letter(letter: CodeLetter) -> bytes:
    """The letter to a representative as PDF/UA-1, in its language."""
    return _render(letter, _build_representative)


def _render(letter: CodeLetter, tell: Callable[[CodeLetter], dict[str, Any]]) -> bytes:
    with override(letter.language):
        rendered_at = datetime.combine(letter.written_on, time(), UTC)
        return typeset("code_letter.typ", _frame(letter) | tell(letter), rendered_at=rendered_at)


def _frame(letter: CodeLetter) -> dict[str, Any]:
    """What either letter says around its own words."""
    return {
        "language": letter.language,
        "agency": settings.AGENCY_NAME,
        "notice_date": _("Notice date: %(date)s") % {"date": format_date(letter.written_on)},
        "demo": _("Demonstration only. This is not an official notice of any government agency.")
        if settings.IS_DEMO
        else None,
        "code": letter.code,
        "valid": _("It works once, until %(date)s.") % {"date": format_date(letter.works_until)},
        "details": [
            [_("Receipt number"), letter.receipt_number],
            [_("Form"), letter.form_code],
        ],
        "how": _("How to use it"),
        "questions": _("Questions"),
        "questions_paragraphs": [
            _(
                "%(office)s, %(phone)s, %(hours)s. Have your receipt number ready. Beware of scams: for "
                "legal advice, turn only to an attorney or an accredited representative."
            )
            % {"office": letter.office.name, "phone": letter.office.phone, "hours": letter.office.hours}
        ],
        "footer": _("This notice grants no immigration status or benefit."),
        # Translators: keep {page} and {pages} as they are.
        "page": _("Page {page} of {pages}"),
    }


def _build_client(letter: CodeLetter) -> dict[str, Any]:
    return {
        "title": _("Account Access Notice"),
        "opening": _("With this code you add your case to your account in the appointment portal."),
        "code_title": _("Online Access Code"),
        "steps": [
            _("Open the address below and sign in, or create an account with your own email address."),
            _("Enter the receipt number and the code. Spaces and dashes do not matter."),
            _("From then on you see the appointments of the case, and can ask for another time."),
        ],
        "check_url": settings.PUBLIC_URL + reverse("accounts:add_case"),
        "care": _("Take care of it"),
        "care_items": [
            _("Whoever has this letter can add your case to an account. Keep it until you have used it."),
            _("Nobody from the agency asks for the code by telephone, text message, or email."),
            _("Codes that you were sent before and have not used no longer work."),
        ],
    }


def _build_representative(letter: CodeLetter) -> dict[str, Any]:
    return {
        "title": _("Representative passcode"),
        "opening": _("With this passcode you ask to represent your client in the appointment portal."),
        "code_title": _("Representative passcode"),
        "steps": [
            _("Open the address below and sign in with your verified account as a representative."),
            _("Enter the receipt number and the passcode. Spaces and dashes do not matter."),
            _(
                "Your client is then asked to accept. A client without an account already accepted by "
                "signing the paper form."
            ),
        ],
        "check_url": settings.PUBLIC_URL + reverse("appointments:add_client"),
        "care": _("Take care of it"),
        "care_items": [
            _("Only the representative who signed Form G-28 may use this passcode."),
            _("Nobody from the agency asks for the passcode by telephone, text message, or email."),
            _("Passcodes for this case that were not used before no longer work."),
        ],
    }
