"""Tests of accounts, codes, applications and messages."""
