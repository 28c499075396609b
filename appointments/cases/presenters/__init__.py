"""Words on the case page and in its history."""
