"""Commands on accounts: load the staff units, encrypt second factors again."""
