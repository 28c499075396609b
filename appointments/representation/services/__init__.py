"""One module for each act on a representation, over the locks in `actions`."""
