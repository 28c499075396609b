"""Pages of staff about one case, each registered with the staff site."""
