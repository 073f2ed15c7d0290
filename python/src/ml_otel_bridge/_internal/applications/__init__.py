"""Web applications: one line that makes them send traces, metrics and logs."""
