"""Tests of appointments, in one folder for each slice."""
