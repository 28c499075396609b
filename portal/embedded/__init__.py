"""Servers for the demonstration and the tests: PostgreSQL, Valkey and a mail server.

Production never uses them, and refuses to start on one. Nothing here imports the rest of the project.
"""
