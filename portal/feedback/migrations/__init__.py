"""The history of the feedback tables."""
