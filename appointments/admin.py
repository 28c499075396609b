"""Register the staff slice with the Django admin, which looks for this module."""

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
