import math
from bisect import bisect_left
from typing import Any

from ml_otel_bridge._internal.runs.otlp.registry import MetricSpec


class Counters:
    """A run's cumulative sums and histograms between exports: plain data, so that it can lie in the spool.

    A sum is equal to the value that was logged last; a fall is a reset, with a new start time. Times are
    nanoseconds.
    """

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        state = state or {}
        self.sums: dict[str, list[Any]] = {key: list(value) for key, value in state.get('sums', {}).items()}
        """Value and start, by metric."""
        self.histograms: dict[str, dict[str, Any]] = {
            key: {**value, 'buckets': list(value['buckets'])}
            for key, value in state.get('histograms', {}).items()
        }

    def state(self) -> dict[str, Any]:
        """A view of all that is remembered, as JSON can hold it."""
        return {'sums': self.sums, 'histograms': self.histograms}

    def copy(self) -> 'Counters':
        """A copy that can be changed while the original stands."""
        return Counters(self.state())

    def add(self, spec: MetricSpec, value: float, now: int) -> str | None:
        """Counts a value; gives why it cannot be counted.

        (OpenTelemetry's data model: a monotonic sum does not fall without a new start time, nor does
        it take what is no number.)
        """
        if not math.isfinite(value):
            return 'non_finite'
        if value < 0:
            return 'negative'
        if spec.instrument == 'counter':
            self._set(spec, value, now)
        else:
            self._observe(spec, value, now)
        return None

    def _set(self, spec: MetricSpec, value: float, now: int) -> None:
        known = self.sums.get(spec.key)
        if known is None:
            self.sums[spec.key] = [value, now]
            return
        if value < known[0]:
            known[1] = now
        known[0] = value

    def _observe(self, spec: MetricSpec, value: float, now: int) -> None:
        known: dict[str, Any] | None = self.histograms.get(spec.key)
        if known is None:
            known = {
                'start': now,
                'count': 0,
                'sum': 0.0,
                'min': value,
                'max': value,
                'buckets': [0] * (len(spec.boundaries) + 1),
            }
            self.histograms[spec.key] = known
        known['count'] += 1
        known['sum'] += value
        known['min'] = min(known['min'], value)
        known['max'] = max(known['max'], value)
        known['buckets'][bisect_left(spec.boundaries, value)] += 1
