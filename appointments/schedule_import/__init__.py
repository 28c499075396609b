"""The scheduler's deliveries: how they are read, checked and loaded; and a generator of large ones."""
