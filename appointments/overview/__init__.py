"""What waits for an account on every page: held times, unread notices, and what to do next."""
