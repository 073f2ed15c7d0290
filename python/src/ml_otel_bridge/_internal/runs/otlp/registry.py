"""Every metric that has a meaning of its own.

The same as the bridge's `packages/ml-otel-bridge/src/mapping/registry.ts`.
"""

from dataclasses import dataclass
from typing import Literal

METRIC_PREFIX = 'ml.training.'
STEP_SUFFIX = '.step'


@dataclass(frozen=True)
class MetricSpec:
    """A metric as OpenTelemetry will know it.

    `gauge` gives each step's value its own point; `counter` is a monotonic cumulative sum equal to the
    logged value; `histogram` counts the values, and a gauge named `<name>.step` draws them. `unit` is UCUM,
    empty where there is none. `boundaries` are the upper bounds of a histogram's buckets, inclusive, rising.
    """

    key: str
    name: str
    instrument: Literal['gauge', 'counter', 'histogram']
    unit: str = ''
    description: str = ''
    boundaries: tuple[float, ...] = ()


_MILLISECONDS = (1, 2, 5, 10, 20, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 10000, 30000, 60000)
_SAMPLES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 1000000)

KNOWN_METRICS = (
    MetricSpec('training_loss', 'ml.training.loss', 'gauge', '', 'Loss on the training data'),
    MetricSpec('validation_loss', 'ml.training.validation_loss', 'gauge', '', 'Loss on the validation data'),
    MetricSpec('accuracy', 'ml.training.accuracy', 'gauge', '1', 'Fraction of predictions that were right'),
    MetricSpec('learning_rate', 'ml.training.learning_rate', 'gauge', '', 'Learning rate of the optimizer'),
    MetricSpec(
        'gpu_utilization',
        'ml.training.gpu_utilization',
        'gauge',
        '1',
        'Fraction of the time that the GPU was busy',
    ),
    MetricSpec(
        'batch_number',
        'ml.training.batch_number',
        'counter',
        '{batch}',
        'Batches done, as the trainer numbers them',
    ),
    MetricSpec(
        'epoch', 'ml.training.epoch', 'counter', '{epoch}', 'Epochs done, as the trainer numbers them'
    ),
    MetricSpec(
        'processing_time_ms',
        'ml.training.processing_time_ms',
        'histogram',
        'ms',
        'Time to process one batch',
        _MILLISECONDS,
    ),
    MetricSpec(
        'samples_per_second',
        'ml.training.samples_per_second',
        'histogram',
        '{sample}/s',
        'Samples processed in a second',
        _SAMPLES,
    ),
)

_KNOWN = {spec.key: spec for spec in KNOWN_METRICS}
_ALIASES = {'loss': 'training_loss', 'val_loss': 'validation_loss'}


def spec_for(key: str) -> MetricSpec:
    """The metric that a key stands for.

    A known one or its alias, else a gauge; a `/` in a key becomes a dot.
    """
    known = _KNOWN.get(_ALIASES.get(key, key))
    return known or MetricSpec(key, METRIC_PREFIX + key.replace('/', '.'), 'gauge')
