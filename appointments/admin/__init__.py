from appointments.admin import case, caseload_export, conflict, move, notice, places, representative

__all__ = ["case", "caseload_export", "conflict", "move", "notice", "places", "representative"]
