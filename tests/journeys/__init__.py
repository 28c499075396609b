"""Journeys in Chromium."""
