"""Answers to “Was this page helpful?”."""
