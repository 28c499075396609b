"""Tests of the rules, with a second implementation to compare."""
