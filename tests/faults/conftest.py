"""Fixtures of the fault tests alone."""

from tests.support.background import background

__all__ = ["background"]
