"""python mlflow_data.py FOLDER STEPS RUNS: MLflow's SQLite store.

Short runs come through its client; the long one is inserted into its tables, as its `log_batch` would take hours.
Writes the ids of the long run and of both experiments into ids.json.
"""

import json
import sqlite3
import sys
from pathlib import Path

from curves import METRICS, SHORT_STEPS, START_MILLIS, STEP_MILLIS, rows
from mlflow import MlflowClient
from mlflow.entities import Metric, Param


def time_of(step: int) -> int:
    return START_MILLIS + step * STEP_MILLIS


folder, steps, runs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
database = folder / "mlflow.db"
client = MlflowClient(tracking_uri=f"sqlite:///{database}")

long_experiment = client.create_experiment("long", artifact_location=str(folder / "artifacts"))
long_run = client.create_run(long_experiment, start_time=time_of(0), run_name="long").info.run_id
with sqlite3.connect(database) as db:
    # In the order of the primary key, metric by metric.
    for index, name in enumerate(METRICS):
        db.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)",
            ((name, values[index], time_of(step), long_run, step) for step, values in rows(steps)),
        )
        db.execute(
            "INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) "
            "SELECT key, value, timestamp, run_uuid, step, is_nan FROM metrics WHERE run_uuid = ? AND key = ? "
            "ORDER BY step DESC LIMIT 1",
            (long_run, name),
        )
client.set_terminated(long_run, end_time=time_of(steps))

short_experiment = client.create_experiment("runs", artifact_location=str(folder / "artifacts"))
for number in range(runs):
    run = client.create_run(short_experiment, start_time=time_of(number), run_name=f"run-{number:04}")
    client.log_batch(
        run.info.run_id,
        metrics=[
            Metric(name, value, time_of(step), step)
            for step, values in rows(SHORT_STEPS)
            for name, value in zip(METRICS, values)
        ],
        params=[Param("learning_rate", "0.1")],
    )
    client.set_terminated(run.info.run_id, end_time=time_of(number + SHORT_STEPS))

(folder / "ids.json").write_text(
    json.dumps({"longExperiment": long_experiment, "longRun": long_run, "shortExperiment": short_experiment})
)
