"""Races, deadlocks and failures, each with its control."""
