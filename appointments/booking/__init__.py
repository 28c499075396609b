"""The engine: how seats are reserved, moved and freed. No request, no words."""
