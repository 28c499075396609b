"""Tests of the pages on which staff enter dated rules."""
