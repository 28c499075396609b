"""The client's list of cases, the page of one case, and its history."""
