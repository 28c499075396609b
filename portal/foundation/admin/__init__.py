"""What all lists of the staff site share: reading, editing, searching, and the audit history."""
