"""Tests of the calendar feed of an account."""
