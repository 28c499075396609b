"""The limits of the public that staff may set aside, in words."""

from django.utils.translation import gettext as _

from appointments.eligibility import RefusalCode, SeatRefusal


def describe_limit(code: str) -> str:
    """The name of a limit; its code where there is no name for it."""
    names: dict[str, str] = {
        RefusalCode.RESCHEDULE_LIMIT: _("how many times a person’s appointment can be moved"),
        SeatRefusal.SLOT_TOO_SOON: _("how long before its start a time can be chosen"),
        SeatRefusal.SLOT_BEYOND_HORIZON: _("how far ahead a time can be chosen"),
    }
    return names.get(code, code)
