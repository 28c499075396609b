"""What staff do about a case: calls, letters, closing, representations and conflicts."""
