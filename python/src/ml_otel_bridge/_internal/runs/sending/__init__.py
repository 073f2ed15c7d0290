"""To the receiver, and what became of it."""
