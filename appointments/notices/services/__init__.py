"""Create notices and queue their messages, and mark them as read."""
