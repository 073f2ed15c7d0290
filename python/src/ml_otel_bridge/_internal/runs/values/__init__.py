"""From what a caller hands to `log` to plain numbers."""
