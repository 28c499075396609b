"""Sample data: sites, slots, people and one appointment for each answer. Never in production."""
