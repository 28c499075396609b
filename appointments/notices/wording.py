"""Sentences that every rendering of a notice shares. What only one document says stands with that document.

"You" is the person who gives biometrics, whoever reads it.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ASYLUM_FORM = "I-589"


def describe_biometrics(code: int) -> str:
    """What the visit captures, by the code on the notice (1, 2 or 3). Raises ValueError for any other."""
    match code:
        case 1:
            return _("Prints of all ten fingers (code 1)")
        case 2:
            return _("Photograph, signature and print of one index finger (code 2)")
        case 3:
            return _(
                "Prints of all ten fingers, photograph, signature and print of one index finger (code 3)"
            )
    raise ValueError(f"no such biometrics code: {code}")


def what_to_bring() -> list[str]:
    """What the site asks for at the door: sites want paper and refuse a telephone's screen."""
    return [
        _("This notice, printed on paper. The site does not accept it on a screen."),
        _("All your other biometrics appointment notices for this case, if you have received several."),
        _("Valid photo identification, such as a passport, permanent resident card or driver’s license."),
    ]


def how_to_reschedule() -> str:
    """How a request stays timely, also within the hours in which nothing can be moved online."""
    return _(
        "Ask for another time before your appointment begins, and give your reason. Sign in to the portal, "
        "or contact the office named below. A request made before the appointment begins is timely, even "
        "when it is too close to be moved online."
    )


def describe_reschedules_left(reschedules_left: int) -> str:
    """How often the appointment can still be moved online."""
    if reschedules_left < 1:
        return _("This appointment can no longer be moved online.")
    return ngettext(
        "This appointment can be moved online %(count)d more time.",
        "This appointment can be moved online %(count)d more times.",
        reschedules_left,
    ) % {"count": reschedules_left}


def what_may_follow(form_code: str) -> str:
    """What missing the visit may lead to, never what will: asylum has consequences of its own.

    Source: 8 CFR 103.2(b)(13)(ii); for asylum 8 CFR 208.10.
    """
    if form_code == ASYLUM_FORM:
        return _(
            "If you do not come and are not excused, your asylum application may be dismissed or referred to "
            "an immigration judge, and your employment authorization may be affected. This may happen "
            "without another notice."
        )
    return _(
        "If you do not come and are not excused, the agency may consider your request abandoned and may "
        "deny it."
    )
