"""What a run leaves on disk until it was taken."""
