"""Name the limits of the public that staff may override."""

from django.utils.translation import gettext as _

from appointments.eligibility import RefusalCode, SeatRefusal


def describe_limit(code: str) -> str:
    """Return the name of a limit, or its code if it has no name."""
    names: dict[str, str] = {
        RefusalCode.RESCHEDULE_LIMIT: _("how many times a person can reschedule"),
        SeatRefusal.SLOT_TOO_SOON: _("how soon a new time can be"),
        SeatRefusal.SLOT_BEYOND_HORIZON: _("how far ahead a new time can be"),
    }
    return names.get(code, code)
