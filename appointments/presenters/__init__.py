"""Rows and decisions to words. Views and templates hold no wording logic."""
