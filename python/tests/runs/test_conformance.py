"""The cases of `conformance/snapshots`, through what `log` does after the call and what the sender does
before it sends.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric, ScopeMetrics
from tests.support.otlp_sink import attributes_of, points_of

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.otlp.counters import Counters
from ml_otel_bridge._internal.runs.otlp.mapping import StepMapper
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.values.flatten import flatten
from ml_otel_bridge._internal.runs.values.intake import Intake

CASES = Path(__file__).parents[3] / 'conformance' / 'snapshots'


@pytest.mark.parametrize('name', sorted(path.stem for path in CASES.glob('*.json')))
def test_case(name: str) -> None:
    case = json.loads((CASES / f'{name}.json').read_text())
    runs = _Runs(nanoseconds(case['now']), step_attributes=case.get('stepAttributes', True))
    for snapshot in case['snapshots']:
        runs.take(json.loads(snapshot) if isinstance(snapshot, str) else snapshot)

    expected = case.get('pointsOfLog', case['points'])
    assert in_order(runs.points()) == in_order(expected)


def test_there_are_cases() -> None:
    assert len(list(CASES.glob('*.json'))) > 15


class _Runs:
    """One run in Python for each (job, rank), model, data set and start that the snapshots name."""

    def __init__(self, now: int, *, step_attributes: bool) -> None:
        self._now = now
        self._step_attributes = step_attributes
        self._intakes: dict[tuple[Any, ...], Intake] = {}
        self._named: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._taken: list[tuple[RunIdentity, list[Any]]] = []

    def take(self, snapshot: dict[str, Any]) -> None:
        about = snapshot.get('job_metadata')
        if about is None:
            return
        rank = about.get('rank')
        run = (about['job_id'], rank)
        known = self._named.get(run, ('', ''))
        model, dataset = about.get('model_name', known[0]), about.get('dataset', known[1])
        self._named[run] = (model, dataset)
        if snapshot.get('status') in ('finished', 'failed'):
            del self._named[run]
        start = about.get('start_time')
        identity = RunIdentity(
            about['job_id'], model, dataset, rank, None if start is None else nanoseconds(start)
        )
        intake = self._intakes.setdefault(run, Intake(Refusals().add, lambda: self._now))
        said = snapshot.get('timestamp')
        if said is not None and not re.match(r'\d{4}-', said):
            return
        stamp = None if said is None else nanoseconds(said)
        data = flatten(snapshot.get('training_metrics', {}), Refusals().add)
        step = (self._now, data, None, None, stamp)
        self._taken.append((identity, intake.pack([step])))

    def points(self) -> Iterator[dict[str, Any]]:
        """As one export would have them: gauges by the run's start, sums and histograms once for each run."""
        counters: dict[tuple[Any, ...], tuple[RunIdentity, Counters]] = {}
        for identity, blocks in self._taken:
            if not blocks:
                continue
            key = (identity.job_id, identity.model_name, identity.dataset, identity.rank)
            before = counters.get(key, (identity, Counters()))[1]
            mapped = StepMapper(identity, step_attributes=self._step_attributes).map(
                blocks, before, self._now
            )
            counters[key] = (identity, mapped.counters)
            yield from (point for point in described(mapped.metrics) if point['kind'] == 'gauge')
        for identity, last in counters.values():
            yield from described(StepMapper(identity).map([], last, self._now).metrics)


def described(metrics: bytes) -> Iterator[dict[str, Any]]:
    """The points of an encoded scope, read back with the generated classes, as the cases write them."""
    for metric in ScopeMetrics.FromString(metrics).metrics:
        kind = metric.WhichOneof('data')
        assert kind is not None
        for point in points_of(metric):
            yield {
                'name': metric.name,
                'kind': kind,
                'unit': metric.unit,
                'value': histogram(point) if kind == 'histogram' else number(point.as_double),
                'time': iso(point.time_unix_nano),
                **({'startTime': iso(point.start_time_unix_nano)} if point.start_time_unix_nano else {}),
                'attributes': attributes_of(point.attributes),
            }
            assert_cumulative(metric)


def assert_cumulative(metric: Metric) -> None:
    kind = metric.WhichOneof('data')
    if kind in ('sum', 'histogram'):
        assert getattr(metric, kind).aggregation_temporality == 2
    if kind == 'sum':
        assert metric.sum.is_monotonic


def histogram(point: Any) -> dict[str, Any]:
    bounds = [*(f'{bound:g}' if bound < 1e6 else str(int(bound)) for bound in point.explicit_bounds), '+Inf']
    filled = {bound: count for bound, count in zip(bounds, point.bucket_counts, strict=True) if count}
    return {'count': point.count, 'sum': point.sum, 'min': point.min, 'max': point.max, 'buckets': filled}


def number(value: float) -> float | str:
    if math.isnan(value):
        return 'NaN'
    return value if math.isfinite(value) else ('Infinity' if value > 0 else '-Infinity')


def nanoseconds(text: str) -> int:
    found = re.fullmatch(r'([\d-]+)[T ]([\d:]+)(?:\.(\d+))?\s?(Z|[+-]\d\d:?\d\d)?', text)
    assert found, text
    zone = '+00:00' if found[4] in (None, 'Z') else found[4]
    seconds = datetime.fromisoformat(f'{found[1]}T{found[2]}{zone}').timestamp()
    return int(seconds) * 1_000_000_000 + int((found[3] or '').ljust(9, '0'))


def iso(time: int) -> str:
    seconds, nanos = divmod(time, 1_000_000_000)
    return f'{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}.{nanos:09}Z'


def in_order(points: Any) -> list[str]:
    return sorted(json.dumps(with_floats(point), sort_keys=True) for point in points)


def with_floats(value: Any) -> Any:
    """JSON does not tell 1 from 1.0."""
    if isinstance(value, dict):
        return {key: with_floats(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return float(value) if isinstance(value, int) else value
