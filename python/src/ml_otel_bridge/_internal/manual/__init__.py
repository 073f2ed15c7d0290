"""What an application records by hand: spans, metrics, log records and events."""
