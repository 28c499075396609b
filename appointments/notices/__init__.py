"""What a notice says: its frozen facts, and the documents drawn from them. No request and no query in it."""
