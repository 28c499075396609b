"""Fixtures of the staff pages' tests alone."""

from tests.appointments.notices.conftest import text_of

__all__ = ["text_of"]
