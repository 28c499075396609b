"""How a representation begins and ends: one module for each act, and what they share."""
