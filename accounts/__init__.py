"""Accounts, cases, people, codes, representations, and messages to accounts."""
