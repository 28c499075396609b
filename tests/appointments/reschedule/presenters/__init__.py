"""Tests of the words of the journey."""
