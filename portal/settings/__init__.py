"""Settings: `base`, and on top of it those of production, this machine and tests."""
