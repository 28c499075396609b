from appointments.admin import case, conflict, move, notice, places

__all__ = ["case", "conflict", "move", "notice", "places"]
