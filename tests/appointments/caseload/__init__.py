"""Tests of the caseload and of bulk reschedules."""
