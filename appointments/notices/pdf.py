"""The printable notice: a PDF/UA-1 letter that Typst renders from frozen facts. No queries."""

from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from appointments.models.place_and_time import PlaceAndTime
from appointments.notices import wording
from appointments.notices.facts import NoticeFacts
from appointments.notices.typesetting import typeset
from portal.foundation.site_time import format_date, format_day, format_instant, format_time


def render_notice(facts: NoticeFacts) -> bytes:
    """Return the notice as a tagged PDF in the addressee's language. The same facts give the same bytes.

    Characters without a font (Chinese, emoji) are shown as U+FFFD, and a sentence in the letter says so.
    Do not call this in a process that forks later: Typst keeps threads, a fork loses them, and the child
    process would wait forever.
    Raises: ImproperlyConfigured if the fonts of the design system are not installed.
    """
    rendered_at = datetime.combine(facts.notice_on, time(), UTC)
    with override(facts.language):
        return typeset("notice.typ", _build_letter(facts), rendered_at=rendered_at)


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
        "replaces": _describe_old(facts.old) if facts.old else None,
        "about": _("About this appointment"),
        "details": [
            [_("Person"), facts.person_name],
            [_("Receipt number"), facts.receipt_number],
            [_("What we will collect"), wording.describe_biometrics(facts.biometrics_code)],
            [_("Form"), facts.form_code],
            [_("Confirmation number"), facts.confirmation_number],
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
        "footer": _(
            "Confirmation number %(number)s. This notice does not grant any immigration status or benefit."
        )
        % {"number": facts.confirmation_number},
        # Translators: keep {page} and {pages} as they are.
        "page": _("Page {page} of {pages}"),
    }


def _describe_change(facts: NoticeFacts) -> str:
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


def _describe_old(old: PlaceAndTime) -> str:
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
    return _(
        "%(office)s, %(phone)s, %(hours)s. Have your receipt number ready. Avoid scams. Only an attorney or "
        "an accredited representative can give you legal advice."
    ) % {"office": facts.contact_name, "phone": facts.contact_phone, "hours": facts.contact_hours}


def _capitalize(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
