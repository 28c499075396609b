"""Notices: their frozen facts, the documents rendered from them, and the inbox."""
