"""The demonstration's one-click sign-in and mail reader, on this machine only."""
