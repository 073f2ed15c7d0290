"""In-memory capture for users' tests; offered by `ml_otel_bridge.testing`."""
