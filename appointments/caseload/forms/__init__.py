"""Forms of the caseload and of a bulk reschedule."""
