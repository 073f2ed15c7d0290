"""Training runs, put together of the points and events that say their id."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from ml_otel_bridge._internal.testing.captured import (
    CapturedLog,
    CapturedMetric,
    CapturedPoint,
    CapturedRun,
)

_TRAINING = 'ml.training.'
_OF_MACHINES = ('system.', 'process.', 'hw.')


def runs_of(points: Iterable[CapturedMetric], events: Iterable[CapturedLog]) -> dict[str, CapturedRun]:
    """The runs by id, in the order in which they began to speak."""
    runs: dict[str, CapturedRun] = {}
    for event in sorted(events, key=lambda event: event.time):
        if event.event_name.startswith('ml.run.'):
            _take_event(_run(runs, event.attributes), event)
    for point in sorted(points, key=lambda point: point.time):
        if 'job.id' in point.attributes:
            _take_point(_run(runs, point.attributes), point)
    return runs


def _run(runs: dict[str, CapturedRun], said: Mapping[str, Any]) -> CapturedRun:
    run = runs.setdefault(str(said['job.id']), CapturedRun(str(said['job.id'])))
    run.model = str(said.get('model.name', run.model))
    run.dataset = str(said.get('dataset', run.dataset))
    return run


def _take_event(run: CapturedRun, event: CapturedLog) -> None:
    body = event.body
    if event.event_name == 'ml.run.started':
        run.project = str(event.attributes.get('ml.project', run.project))
        labels = {key: str(value) for key, value in event.attributes.items() if key.startswith('label.')}
        run.labels |= {key.removeprefix('label.'): value for key, value in labels.items()}
        run.status = 'running'
    elif event.event_name == 'ml.run.config' and isinstance(body, dict):
        run.config = cast('dict[str, Any]', body)
    elif event.event_name == 'ml.run.finished':
        run.status = str(event.attributes.get('ml.run.status', 'finished'))


def _take_point(run: CapturedRun, point: CapturedMetric) -> None:
    if point.name.startswith(_OF_MACHINES):
        run.system.append(point)
    elif point.name.startswith(_TRAINING) and point.kind == 'gauge':
        said = point.attributes
        metric = point.name.removeprefix(_TRAINING)
        place = (said.get('batch'), said.get('epoch'))
        captured = CapturedPoint(metric, point.value, *place, point.time, said.get('rank'))
        # An answer that was lost is sent again, as in the store it is one.
        if captured not in run.points[-1000:]:
            run.points.append(captured)
