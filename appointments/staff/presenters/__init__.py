"""Words on the pages of staff."""
