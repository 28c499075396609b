"""Fixtures of the staff tests."""

from tests.appointments.booking.conftest import account, appointment, held, nothing_changes, slot, stated
from tests.appointments.notices.conftest import text_of

__all__ = ["account", "appointment", "held", "nothing_changes", "slot", "stated", "text_of"]
