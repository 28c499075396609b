"""Tests of what staff see and do."""
