"""Tests of the rules in force and of their reference data."""
