"""Pages of the client about representatives, of the representative about clients, and their acts."""
