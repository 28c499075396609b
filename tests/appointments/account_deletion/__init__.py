"""Tests of deleting an account."""
