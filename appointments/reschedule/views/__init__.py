"""Pages of the journey: appointments, people, reason, time, review and receipt."""
