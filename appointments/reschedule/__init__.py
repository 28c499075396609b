"""The public journey: reason, time, review, confirm, receipt. For one person, or several together."""
