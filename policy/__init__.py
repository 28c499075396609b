"""What are the rules in force? Form types, offices, dated limits, good-cause reasons and statements."""
