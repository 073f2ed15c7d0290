"""What one contestant's `log` of nine scalars costs the thread that calls it.

`python measure.py CONTESTANT STEPS PAUSE FOLDER [ENDPOINT]` prints one line of JSON: microseconds a call (mean, median and
99th percentile), microseconds of processor time a step of the process, its threads and its children to the end, and how
many steps were kept (as the contestant's own files, or the receiver, say).
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import contestants

WARM_UP = 200


def scalars(step: int) -> dict[str, float]:
    return {
        'loss': 1 / (step + 1),
        'val_loss': 1.5 / (step + 1),
        'accuracy': step % 1_000 / 1_000,
        'learning_rate': 0.001,
        'gpu_utilization': 0.9,
        'grad_norm': 1.25,
        'processing_time_ms': 12.5,
        'samples_per_second': 2_560.0,
        'tokens': step * 32.0,
    }


def main() -> None:
    name, steps, pause, folder, *rest = sys.argv[1:]
    contestant = contestants.CONTESTANTS[name](Path(folder), *rest)
    log, clock, sleep = contestant.log, time.perf_counter, time.sleep
    made = [scalars(step) for step in range(WARM_UP + int(steps))]
    for step in range(WARM_UP):
        log(made[step], step)
    before = cpu_seconds()
    took: list[float] = []
    pause_seconds = float(pause)
    for step in range(WARM_UP, len(made)):
        data = made[step]
        begun = clock()
        log(data, step)
        took.append(clock() - begun)
        if pause_seconds:
            sleep(pause_seconds)
    contestant.close()
    cpu = cpu_seconds() - before
    took.sort()
    print(
        json.dumps(
            {
                'mean': statistics.fmean(took) * 1e6,
                'median': took[len(took) // 2] * 1e6,
                'p99': took[len(took) * 99 // 100] * 1e6,
                'cpu': cpu / len(took) * 1e6,
                'steps': len(made),
                'kept': contestant.kept(),
            }
        )
    )


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


main()
