"""Rows of the caseload, its filters in SQL, and the state of a bulk reschedule."""
