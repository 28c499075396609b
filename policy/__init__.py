"""What are the rules in force? Form types, contact routes, dated limits, good-cause reasons and statements."""
