"""Words on the caseload and on a bulk reschedule."""
