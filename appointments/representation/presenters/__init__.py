"""Words about representatives and clients, and in the history of a case."""
