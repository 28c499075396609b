"""Rows on the pages of staff: cases, calls and the start page."""
