"""The command that loads the reference data."""
