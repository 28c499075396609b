"""Servers that a demonstration and the test suite bring along: PostgreSQL, Valkey and a mail sink.

Nothing here is for an agency's installation: production refuses to start on an embedded server.
"""
