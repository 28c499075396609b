"""Tests of deliveries of the scheduler of record."""
