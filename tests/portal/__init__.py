"""Tests of the wiring: pages, sessions, logs, health, demonstration."""
