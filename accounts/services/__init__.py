"""Acts on accounts: codes, applications, profile, phone numbers, deletion, and messages to send."""
