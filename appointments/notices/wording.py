"""Sentences that several renderings of a notice share. Each document has its own texts in its own module.

"You" is the person who comes to the appointment, even if a representative reads the notice.
"""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ASYLUM_FORM = "I-589"


def describe_biometrics(code: int) -> str:
    """Return what the site collects, by the code on the notice (1, 2 or 3). Raises ValueError for others."""
    match code:
        case 1:
            return _("All ten fingerprints (code 1)")
        case 2:
            return _("Photo, signature, and one index fingerprint (code 2)")
        case 3:
            return _("All ten fingerprints, photo, signature, and one index fingerprint (code 3)")
    raise ValueError(f"no such biometrics code: {code}")


def describe_what_to_bring() -> list[str]:
    """Return what to bring. Sites require paper: they do not accept a notice on a phone."""
    return [
        _("This notice, printed on paper. The site does not accept it on a phone."),
        _("Any other biometrics appointment notices you have for this case."),
        _("Valid photo identification, such as a passport, permanent resident card, or driver’s license."),
    ]


def describe_contact(office: str, phone: str, hours: str) -> str:
    """Return whom to ask, and when. `hours` may be a phrase or sentences, with a full stop or without."""
    parts = (f"{office}: {phone}", capfirst(hours.strip().rstrip(".")))
    return _(
        "%(contact)s. Have your receipt number ready. Avoid scams. Only an attorney or an accredited "
        "representative can give you legal advice."
    ) % {"contact": ". ".join(part for part in parts if part)}


def describe_how_to_reschedule() -> str:
    """Return how to ask on time, even in the last hours, when online rescheduling is closed."""
    return _(
        "Ask for a new time before your appointment starts, and say why you can’t come. Sign in to the "
        "portal or call the office below. If you ask before it starts, you are on time. This is true even "
        "if it is too late to reschedule online."
    )


def describe_reschedules_left(reschedules_left: int) -> str:
    """Return how many online reschedules are left."""
    if reschedules_left < 1:
        return _("You can’t reschedule this appointment online anymore.")
    return ngettext(
        "You can reschedule this appointment online %(count)d more time.",
        "You can reschedule this appointment online %(count)d more times.",
        reschedules_left,
    ) % {"count": reschedules_left}


def describe_consequences(form_code: str) -> str:
    """Return what may happen, never what will, after a missed appointment. Asylum has its own consequences.

    Source: 8 CFR 103.2(b)(13)(ii); for asylum 8 CFR 208.10.
    """
    if form_code == ASYLUM_FORM:
        return _(
            "If you miss your appointment and are not excused, your asylum application may be dismissed. Or "
            "it may be sent to an immigration judge. Your permission to work may also be affected. You "
            "may not get another notice first."
        )
    return _(
        "If you miss your appointment and are not excused, the agency may treat your request as abandoned. "
        "It may then deny your request."
    )
