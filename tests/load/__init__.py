"""The bench and its fillings."""
