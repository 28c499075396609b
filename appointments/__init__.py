"""What happens: sites, slots, appointments, reservations, reschedules and notices."""
