"""python trackio_data.py FOLDER STEPS RUNS, with TRACKIO_DIR=FOLDER: two projects, through what trackio's server writes with."""

import sys
from datetime import datetime, timezone
from itertools import islice

from curves import METRICS, SHORT_STEPS, START_MILLIS, STEP_MILLIS, rows
from trackio.sqlite_storage import SQLiteStorage

#: Steps of one transaction.
CHUNK = 50_000


def write_run(project: str, run: str, steps: int) -> None:
    all_rows = rows(steps)
    while chunk := list(islice(all_rows, CHUNK)):
        SQLiteStorage.bulk_log(
            project,
            run,
            [dict(zip(METRICS, values)) for _, values in chunk],
            steps=[step for step, _ in chunk],
            timestamps=[time_of(step) for step, _ in chunk],
            config={"learning_rate": 0.1},
        )


def time_of(step: int) -> str:
    return datetime.fromtimestamp((START_MILLIS + step * STEP_MILLIS) / 1000, timezone.utc).isoformat()


steps, runs = int(sys.argv[2]), int(sys.argv[3])
write_run("long", "long", steps)
for number in range(runs):
    write_run("runs", f"run-{number:04}", SHORT_STEPS)
