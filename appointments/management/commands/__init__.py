"""Commands on appointments: import and make schedules, check invariants, seed the demonstration."""
