"""Which run this is, and where it runs."""
