"""python tensorboard_data.py FOLDER STEPS RUNS: event files of one long run and of many short ones, by TensorBoard's own writer.

An event holds the nine values of a step.
"""

import sys
from pathlib import Path

from curves import METRICS, SHORT_STEPS, START_MILLIS, STEP_MILLIS, rows
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def write_run(folder: Path, steps: int) -> None:
    folder.mkdir(parents=True)
    with open(folder / f"events.out.tfevents.{START_MILLIS // 1000}.bench", "wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=START_MILLIS / 1000, file_version="brain.Event:2").SerializeToString())
        for step, values in rows(steps):
            event = Event(
                wall_time=(START_MILLIS + step * STEP_MILLIS) / 1000,
                step=step,
                summary=Summary(
                    value=[
                        Summary.Value(tag=name, simple_value=value)
                        for name, value in zip(METRICS, values)
                    ]
                ),
            )
            writer.write(event.SerializeToString())


folder, steps, runs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
write_run(folder / "long" / "long", steps)
for run in range(runs):
    write_run(folder / "runs" / f"run-{run:04}", SHORT_STEPS)
