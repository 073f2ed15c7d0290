"""Bounds on what a file may bring in. Each names what it protects."""

MAX_LINE_BYTES = 4 * 1024 * 1024
"""Of one line: a file without line breaks must not fill the memory."""

MAX_COLUMNS = 1_000
"""Metrics of one row; as for `Run.log`. Each becomes a series."""

MAX_KEY_LENGTH = 200
"""Characters of a metric's name; as for `Run.log`."""

MAX_METRICS_PER_RUN = 10_000
"""Different metrics of one run: keys made up for each row would each become a series of one point."""

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""Of one TensorBoard record; images and graphs are some megabytes."""

MAX_RUNS = 10_000
"""Folders with event files below one folder."""

MAX_STATE_BYTES = 256 * 1024 * 1024
"""Of a `trainer_state.json`, which is read as a whole."""

MAX_NESTING = 16
"""Of objects in a line of JSON."""
