"""Tests of representations, their pages and endings."""
