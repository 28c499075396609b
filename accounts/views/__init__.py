"""Pages of the account: cases, profile, phone number, devices, security keys, and the application."""
