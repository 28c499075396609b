"""Words in notices about reschedules and representations."""
