"""A calendar of an account's appointments, under a secret address that calendar apps can read."""
