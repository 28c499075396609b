"""Who asks, and for whom? Users, cases, people, access codes, representations, and the outbox to them."""
