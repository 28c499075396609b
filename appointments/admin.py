"""Register the lists of the staff slice. Django's admin imports this module when it starts."""

from appointments.staff.admin import (
    case,
    caseload_export,
    conflict,
    notice,
    places,
    representative,
    reschedule,
)

__all__ = ["case", "caseload_export", "conflict", "notice", "places", "representative", "reschedule"]
