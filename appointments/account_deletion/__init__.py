"""Delete an account: what ends, what is blanked and what stays."""
