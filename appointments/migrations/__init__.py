"""The schema of sites, slots, appointments, reservations, reschedules and notices."""
