"""Tests of notices, their documents and their mail."""
