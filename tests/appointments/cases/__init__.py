"""Tests of the case page and its history."""
