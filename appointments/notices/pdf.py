"""The printable notice: a PDF/UA-1 letter that Typst draws from frozen facts. Nothing is looked up here."""

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
    """The notice as a tagged PDF in the addressee's language; the same facts give the same bytes.

    Characters that no font here can draw (Chinese, emoji) are shown as U+FFFD, with a sentence that says so.
    Raises ImproperlyConfigured where the design system's fonts are not installed. Not to be called in a
    process that forks later: Typst keeps threads, which a fork loses, and the child would wait for ever.
    """
    rendered_at = datetime.combine(facts.notice_on, time(), UTC)
    with override(facts.language):
        return typeset("notice.typ", _write_letter(facts), rendered_at=rendered_at)


def _write_letter(facts: NoticeFacts) -> dict[str, Any]:
    """Every string of the letter, by its place in the template, in the active language."""
    new = facts.new
    return {
        "language": facts.language,
        "agency": facts.agency_name,
        "title": _("Appointment notice"),
        "opening": _opening(facts),
        "notice_date": _("Notice date: %(date)s") % {"date": format_date(facts.notice_on)},
        "demo": _("Demonstration only. This is not an official notice of any government agency.")
        if facts.is_demo
        else None,
        "addressee": _addressee(facts),
        "when": _("When"),
        "day": _start_upper(format_day(new.starts_at, new.tz)),
        "time": format_time(new.starts_at, new.tz),
        "where": _("Where"),
        "site": new.site_name,
        "address": list(new.address_lines),
        "replaces": _replaces(facts.old) if facts.old else None,
        "about": _("About this appointment"),
        "details": [
            [_("Person"), facts.person_name],
            [_("Receipt number"), facts.receipt_number],
            [_("What the visit captures"), wording.describe_biometrics(facts.biometrics_code)],
            [_("Form"), facts.form_code],
            [_("Confirmation number"), facts.confirmation_number],
            [_("Verification code"), facts.verification_code],
        ],
        "check": _("To check that this notice is still in force, enter the verification code at"),
        "check_url": facts.check_url,
        "bring": _("What to bring"),
        "bring_items": wording.what_to_bring(),
        "cannot_come": _("If you cannot come"),
        "cannot_come_paragraphs": _cannot_come(facts),
        "questions": _("Questions"),
        "questions_paragraphs": [_contact(facts)],
        "stamp": _("For the site: stamp, date and initials"),
        "footer": _("Confirmation number %(number)s. This notice grants no immigration status or benefit.")
        % {"number": facts.confirmation_number},
        # Translators: keep {page} and {pages} as they are.
        "page": _("Page {page} of {pages}"),
    }


def _opening(facts: NoticeFacts) -> str:
    if facts.kind == "agency_rescheduled":
        return _(
            "The agency has moved your biometric services appointment. This does not count among the moves "
            "you may make yourself."
        )
    return _("Your biometric services appointment has been rescheduled.")


def _addressee(facts: NoticeFacts) -> str | None:
    if facts.addressee_name in ("", facts.person_name):
        return None
    return _(
        "To %(addressee)s: “you” in this notice means %(person)s. Please hand it to that person on paper."
    ) % {"addressee": facts.addressee_name, "person": facts.person_name}


def _replaces(old: PlaceAndTime) -> str:
    return _(
        "This replaces your appointment of %(instant)s at %(site)s. That time is no longer kept for you."
    ) % {"instant": format_instant(old.starts_at, old.tz), "site": old.site_name}


def _cannot_come(facts: NoticeFacts) -> list[str]:
    how = wording.how_to_reschedule()
    if facts.reschedules_left is not None:
        how = f"{how} {wording.describe_reschedules_left(facts.reschedules_left)}"
    return [how, wording.what_may_follow(facts.form_code)]


def _contact(facts: NoticeFacts) -> str:
    return _(
        "%(office)s, %(phone)s, %(hours)s. Have your receipt number ready. Beware of scams: for legal "
        "advice, turn only to an attorney or an accredited representative."
    ) % {"office": facts.contact_name, "phone": facts.contact_phone, "hours": facts.contact_hours}


def _start_upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
