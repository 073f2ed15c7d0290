"""Steps as OTLP points.

The same points as `packages/ml-otel-bridge/src/mapping/map-batch.ts` makes of them.
"""

import math
import struct
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AggregationTemporality,
    Histogram,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    Sum,
)

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.otlp.counters import Counters
from ml_otel_bridge._internal.runs.otlp.layout import EPOCH_KEY, STEP_KEY, Layout
from ml_otel_bridge._internal.runs.otlp.registry import STEP_SUFFIX, MetricSpec, spec_for
from ml_otel_bridge._internal.runs.otlp.wire import StepAttribute, message, start_field, text, varint

_CUMULATIVE = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
_TIME = struct.Struct('<q').unpack_from
_VALUE = struct.Struct('<d').unpack_from


@dataclass(frozen=True)
class StepBlock:
    """Steps of one layout, packed one after the other."""

    layout: Layout
    packed: bytes

    @property
    def count(self) -> int:
        """Steps in it."""
        return len(self.packed) // self.layout.stride


@dataclass(frozen=True)
class MappedSteps:
    """Steps as the `metrics` of one OTLP scope, and what is to be remembered once they have arrived."""

    metrics: bytes
    points: int
    counters: Counters
    rejected: Counter[str]
    """Values that a sum or histogram could not take."""


class StepMapper:
    """Maps the steps of one run.

    Gauges give one point a step, at its time, from the run's start; sums and histograms one point a
    batch, at `now`, covering all up to the batch's last step.
    """

    def __init__(self, identity: RunIdentity, *, step_attributes: bool = True) -> None:
        self._identity = identity
        self._attributes = identity.attributes()
        self._job = NumberDataPoint(attributes=self._attributes).SerializeToString()
        self._step = StepAttribute('batch')
        self._epoch = StepAttribute('epoch')
        self._step_attributes = step_attributes
        self.point_bytes = len(self._job) + 80
        """About what a point takes in a request."""

    def map(self, blocks: Iterable[StepBlock], counters: Counters, now: int) -> MappedSteps:
        """Pure: `counters` is only read, and the same steps and time give the same bytes."""
        gauges: dict[str, _Gauge] = {}
        after = counters.copy()
        rejected: Counter[str] = Counter()
        points = 0
        for block in blocks:
            points += self._map_block(block, gauges, after, rejected, now)
        parts = [gauge.encode() for gauge in gauges.values()]
        cumulative = _cumulative_metrics(after, self._attributes, now)
        parts += [message(2, (metric.SerializeToString(),)) for metric in cumulative]
        return MappedSteps(b''.join(parts), points + len(cumulative), after, rejected)

    def _map_block(
        self,
        block: StepBlock,
        gauges: dict[str, '_Gauge'],
        counters: Counters,
        rejected: Counter[str],
        now: int,
    ) -> int:
        layout, packed = block.layout, block.packed
        drawn: list[tuple[Callable[[bytes], None], int]] = []
        counted: list[tuple[MetricSpec, int]] = []
        for index, key in enumerate(layout.keys):
            spec, offset = spec_for(key), 8 + 8 * index
            if spec.instrument != 'counter':
                name = spec.name + (STEP_SUFFIX if spec.instrument == 'histogram' else '')
                gauge = gauges.setdefault(name, _Gauge(name, spec))
                drawn.append((gauge.parts.append, offset))
            if spec.instrument != 'gauge':
                counted.append((spec, offset))
        prefix_of = self._prefixes(layout)
        for base in range(0, len(packed), layout.stride):
            prefix = prefix_of(packed, base)
            for add, offset in drawn:
                add(prefix)
                at = base + offset
                add(packed[at : at + 8])
            for spec, offset in counted:
                problem = counters.add(spec, _VALUE(packed, base + offset)[0], now)
                if problem:
                    rejected[problem] += 1
        return block.count * len(drawn)

    def _prefixes(self, layout: Layout) -> Callable[[bytes, int], bytes]:
        """All of a step's gauge points but the value, which comes last.

        Field 1 of a gauge, to the value's tag.
        """
        start, job = self._identity.start, self._job
        start_bytes = b'' if start is None else start_field(start)
        step_at, epoch_at = (self._offset(layout, key) for key in (STEP_KEY, EPOCH_KEY))

        def prefix_of(packed: bytes, base: int) -> bytes:
            attributes = job
            for offset, attribute in ((epoch_at, self._epoch), (step_at, self._step)):
                if offset:
                    value = _VALUE(packed, base + offset)[0]
                    # What is not a number names no step.
                    if math.isfinite(value) and value >= 0:
                        attributes += attribute.encode(value)
            time = packed[base : base + 8]
            # A start after the point would make it invalid (metrics.proto, start_time_unix_nano).
            began = start_bytes if start is not None and start <= _TIME(packed, base)[0] else b''
            body = attributes + began + b'\x19' + time + b'\x21'
            return b'\x0a' + varint(len(body) + 8) + body

        return prefix_of

    def _offset(self, layout: Layout, key: str) -> int:
        if not self._step_attributes or key not in layout.keys:
            return 0
        return 8 + 8 * layout.keys.index(key)


class _Gauge:
    """One gauge and the pieces of its points."""

    def __init__(self, name: str, spec: MetricSpec) -> None:
        self._head = text(1, name) + text(2, spec.description) + text(3, spec.unit)
        self.parts: list[bytes] = []

    def encode(self) -> bytes:
        return message(2, (self._head, message(5, self.parts)))


def _cumulative_metrics(counters: Counters, attributes: list[KeyValue], now: int) -> list[Metric]:
    metrics: list[Metric] = []
    for key, (value, start) in counters.sums.items():
        point = NumberDataPoint(
            attributes=attributes, start_time_unix_nano=start, time_unix_nano=max(now, start), as_double=value
        )
        metric = _metric(spec_for(key))
        metric.sum.CopyFrom(Sum(data_points=[point], aggregation_temporality=_CUMULATIVE, is_monotonic=True))
        metrics.append(metric)
    for key, known in counters.histograms.items():
        spec = spec_for(key)
        point = HistogramDataPoint(
            attributes=attributes,
            start_time_unix_nano=known['start'],
            # A clock that was set back must not end a point before it began.
            time_unix_nano=max(now, known['start']),
            count=known['count'],
            sum=known['sum'],
            min=known['min'],
            max=known['max'],
            explicit_bounds=spec.boundaries,
            bucket_counts=known['buckets'],
        )
        metric = _metric(spec)
        metric.histogram.CopyFrom(Histogram(data_points=[point], aggregation_temporality=_CUMULATIVE))
        metrics.append(metric)
    return metrics


def _metric(spec: MetricSpec) -> Metric:
    return Metric(name=spec.name, description=spec.description, unit=spec.unit)
