"""Factories of rows, with traits."""
