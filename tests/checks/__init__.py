"""Checks of the code itself that `make lint` runs, and their tests."""
