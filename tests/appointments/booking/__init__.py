"""Tests of the booking engine, and the state machine that drives it."""
