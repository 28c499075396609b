"""A representative's list of clients' appointments, its CSV file, and bulk reschedules."""
