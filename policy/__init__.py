"""The rules in force: dated limits, form types, good-cause reasons and statements, and offices to call."""
