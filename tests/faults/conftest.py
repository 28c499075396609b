"""Fixtures of the fault tests alone."""

from tests.background import background

__all__ = ["background"]
