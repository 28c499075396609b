"""Tests of the public journey."""
