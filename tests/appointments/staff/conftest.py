"""Fixtures of the staff tests."""

from tests.appointments.booking.conftest import account, appointment, held, slot, stated
from tests.appointments.notices.conftest import text_of

__all__ = ["account", "appointment", "held", "slot", "stated", "text_of"]
