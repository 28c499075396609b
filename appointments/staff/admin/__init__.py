"""Lists of the staff site about cases, appointments, notices and conflicts."""
