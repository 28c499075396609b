"""The printable notice: a PDF/UA-1 letter that Typst renders from frozen facts. No queries."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from appointments.notices import wording
from appointments.notices.facts import NoticeFacts
from appointments.notices.typesetting import typeset, typeset_together
from appointments.notices.validity import NoticeValidity
from portal.foundation.site_time import format_date, format_day, format_instant, format_time


def render_notice(facts: NoticeFacts, *, validity: NoticeValidity = NoticeValidity.VALID) -> bytes:
    """Return the notice as a tagged PDF in the addressee's language. The same facts give the same bytes.

    A notice that is superseded or canceled says so on top and across each page.
    Characters without a font (Chinese, emoji) are shown as U+FFFD, and a sentence in the letter says so.
    Do not call this in a process that forks later: Typst keeps threads, a fork loses them, and the child
    process would wait forever.
    Raises: ImproperlyConfigured if the fonts of the design system are not installed.
    """
    rendered_at = datetime.combine(facts.notice_on, time(), UTC)
    with override(facts.language):
        letter = _build_letter(facts) | _build_mark(validity)
        if facts.kind == "canceled":
            letter |= _build_cancellation()
        return typeset("notice.typ", letter, rendered_at=rendered_at)


def render_notices(notices: Sequence[tuple[NoticeFacts, NoticeValidity]], *, language: str) -> bytes:
    """Return several notices as one tagged PDF, each with pages and a bookmark of its own.

    The notices are in the languages of their facts, the title of the document is in `language`. Otherwise
    like `render_notice`. The caller bounds their number, because the document is built in memory.
    """
    letters = []
    for facts, validity in notices:
        with override(facts.language):
            letter = _build_letter(facts) | _build_mark(validity)
            if facts.kind == "canceled":
                letter |= _build_cancellation()
            letter["title"] = _("Appointment notice: %(person)s") % {"person": facts.person_name}
            letters.append(letter)
    with override(language):
        title = _("Appointment notices")
    newest = max(facts.notice_on for facts, _validity in notices)
    return typeset_together(
        "notice.typ", letters, title=title, rendered_at=datetime.combine(newest, time(), UTC)
    )


def _build_letter(facts: NoticeFacts) -> dict[str, Any]:
    """Return every string of the letter by its key in the template, in the active language."""
    new = facts.new
    return {
        "language": facts.language,
        "agency": facts.agency_name,
        "title": _("Appointment notice"),
        "opening": _describe_change(facts),
        "notice_date": _("Notice date: %(date)s") % {"date": format_date(facts.notice_on)},
        "demo": _("Demonstration only. This is not an official notice of any government agency.")
        if facts.is_demo
        else None,
        "addressee": _describe_addressee(facts),
        "when": _("When"),
        "day": _capitalize(format_day(new.starts_at, new.tz)),
        "time": format_time(new.starts_at, new.tz),
        "where": _("Where"),
        "site": new.site_name,
        "address": list(new.address_lines),
        "replaces": _describe_old(facts),
        "about": _("About this appointment"),
        "details": [
            [_("Person"), facts.person_name],
            [_("Receipt number"), facts.receipt_number],
            *(
                [[_("What we will collect"), wording.describe_biometrics(facts.biometrics_code)]]
                if facts.kind != "canceled"
                else []
            ),
            [_("Form"), facts.form_code],
            *([[_("Confirmation number"), facts.confirmation_number]] if facts.confirmation_number else []),
            [_("Verification code"), facts.verification_code],
        ],
        "check": _("To check that this notice is still valid, enter the verification code at"),
        "check_url": facts.check_url,
        "bring": _("What to bring"),
        "bring_items": wording.describe_what_to_bring(),
        "cannot_come": _("If you can’t come"),
        "cannot_come_paragraphs": _describe_cannot_come(facts),
        "questions": _("Questions"),
        "questions_paragraphs": [_describe_contact(facts)],
        "stamp": _("For site use: stamp, date, and initials"),
        "footer": _describe_footer(facts),
        # Translators: keep {page} and {pages} as they are.
        "page": _("Page {page} of {pages}"),
    }


def _build_mark(validity: NoticeValidity) -> dict[str, str | None]:
    """Return the words across each page, and the sentence on top, of a notice that no longer applies."""
    match validity:
        case NoticeValidity.SUPERSEDED:
            return {
                "mark": pgettext("across a notice", "NO LONGER VALID"),
                "warning": _(
                    "This notice is no longer valid because there is a newer one. Use the newest notice."
                ),
            }
        case NoticeValidity.CANCELED:
            return {
                "mark": pgettext("across a notice", "CANCELED"),
                "warning": _("This appointment was canceled. Do not come at this time."),
            }
    return {"mark": None, "warning": None}


def _build_cancellation() -> dict[str, Any]:
    """Return what a notice of a cancellation says in place of how to prepare for the appointment."""
    return _build_mark(NoticeValidity.CANCELED) | {
        "title": _("Appointment canceled"),
        "bring_items": [],
        "stamp": None,
        "cannot_come": _("What happens next"),
        "cannot_come_paragraphs": [
            _("If the agency schedules a new appointment for you, you will get a new notice."),
            _("Contact the office below if you did not ask for this or have questions."),
        ],
    }


def _describe_footer(facts: NoticeFacts) -> str:
    if facts.confirmation_number is None:
        return _("This notice does not grant any immigration status or benefit.")
    return _(
        "Confirmation number %(number)s. This notice does not grant any immigration status or benefit."
    ) % {"number": facts.confirmation_number}


def _describe_change(facts: NoticeFacts) -> str:
    if facts.kind == "canceled":
        return _("The agency canceled your biometric services appointment. Do not come at this time.")
    if facts.kind == "site_changed":
        return _(
            "The name, address, or time zone of your site was corrected. Come to your biometric services "
            "appointment on the day, at the time, and at the place below."
        )
    if facts.kind == "agency_rescheduled":
        return _(
            "The agency gave you a new time for your biometrics appointment. This does not count toward your "
            "limit."
        )
    return _("Your biometrics appointment has a new time.")


def _describe_addressee(facts: NoticeFacts) -> str | None:
    if facts.addressee_name in ("", facts.person_name):
        return None
    return _("To %(addressee)s: In this notice, “you” means %(person)s. Please give them a printed copy.") % {
        "addressee": facts.addressee_name,
        "person": facts.person_name,
    }


def _describe_old(facts: NoticeFacts) -> str | None:
    old = facts.old
    if old is None:
        return None
    if facts.kind == "site_changed":
        return _("This replaces earlier notices that show the site %(site)s, %(address)s.") % {
            "site": old.site_name,
            "address": ", ".join(old.address_lines),
        }
    return _("This replaces your appointment on %(instant)s at %(site)s. That time is no longer yours.") % {
        "instant": format_instant(old.starts_at, old.tz),
        "site": old.site_name,
    }


def _describe_cannot_come(facts: NoticeFacts) -> list[str]:
    how = wording.describe_how_to_reschedule()
    if facts.reschedules_left is not None:
        how = f"{how} {wording.describe_reschedules_left(facts.reschedules_left)}"
    return [how, wording.describe_consequences(facts.form_code)]


def _describe_contact(facts: NoticeFacts) -> str:
    return wording.describe_contact(facts.contact_name, facts.contact_phone, facts.contact_hours)


def _capitalize(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
