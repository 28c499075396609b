"""Tests of what the demonstration promises."""
