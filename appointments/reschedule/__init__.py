"""The public reschedule journey: reason, time, review, receipt. For one person, or for several together."""
