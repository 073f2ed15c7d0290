"""The same curves for every peer: nine metrics, each a slow fall with noise, and one spike that a sample may miss."""

import random
from collections.abc import Iterator

METRICS = (
    "training_loss",
    "validation_loss",
    "accuracy",
    "learning_rate",
    "gpu_utilization",
    "processing_time_ms",
    "samples_per_second",
    "gradient_norm",
    "gpu_memory",
)

#: Milliseconds since 1970, of step 0; a step takes a tenth of a second.
START_MILLIS = 1_790_000_000_000
STEP_MILLIS = 100

#: The short runs of the list of runs.
SHORT_STEPS = 10

_random = random.Random(7)
_NOISE = [_random.gauss(0, 0.05) for _ in range(8_191)]
_STRIDES = (1, 3, 7, 11, 13, 17, 19, 23, 29)


def rows(steps: int) -> Iterator[tuple[int, list[float]]]:
    """(step, nine values) of one run."""
    spike = steps * 2 // 3
    for step in range(steps):
        fall = 1 / (1 + 10 * step / steps)
        values = [
            (k + 1) * (fall + 0.2 + _NOISE[(step * stride) % 8_191])
            for k, stride in enumerate(_STRIDES)
        ]
        if step == spike:
            values[0] *= 10
        yield step, values
