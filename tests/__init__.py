"""The tests, in folders like the code; `support` and `factories` serve them."""
