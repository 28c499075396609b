"""Tests of the tools that every app uses."""
