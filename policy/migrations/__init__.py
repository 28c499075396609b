"""The schema of dated limits, form types, good-cause reasons, statements and offices."""
