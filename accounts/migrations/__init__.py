"""The schema of accounts, cases, codes, representations and messages."""
