"""Bounds on what one call may bring in. Each names what it protects; the first five are the bridge's own."""

MAX_METRICS = 1_000
"""Metrics in one step; each becomes a point and a series."""

MAX_KEY_LENGTH = 200
"""Characters of a metric key: OpenTelemetry's 255 for a name, less our longest prefix and suffix."""

MAX_ID_LENGTH = 256
"""Characters of an id, a model's and a data set's name: they travel as attributes on every point."""

MAX_CONFIG_VALUES = 10_000
"""Values (leaves and containers) in a configuration."""

MAX_CONFIG_DEPTH = 32
"""Nesting of a configuration."""

MAX_CONFIG_TEXT = 64 * 1024
"""Characters of one text in a configuration; the rest is cut off."""

MAX_NESTING = 16
"""Nesting of the dicts that `log` takes; a dict that holds itself ends here."""

BUSY_STEPS = 100_000
"""More waiting than this and `log` gives the writer half a millisecond: only a loop that does nothing else
gets here.
"""

MAX_BUFFERED_STEPS = 200_000
"""Steps that wait in memory for the writer, which comes every 0.2 s: at 9 scalars about 100 MB. More are
dropped.
"""

MAX_REQUEST_BYTES = 4 * 1024 * 1024 - 64 * 1024
"""Below the 4 MiB that a gRPC server takes unless told otherwise."""
