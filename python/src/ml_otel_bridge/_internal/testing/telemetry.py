"""What a test reads."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ml_otel_bridge._internal.testing.captured import (
    CapturedLog,
    CapturedMetric,
    CapturedPoint,
    CapturedRun,
    CapturedSpan,
)
from ml_otel_bridge._internal.testing.decode import logs_in, metrics_in, spans_in
from ml_otel_bridge._internal.testing.receiver import MemoryReceiver
from ml_otel_bridge._internal.testing.runs import runs_of

_Item = TypeVar('_Item')


class CapturedTelemetry:
    """What was sent since the capture began.

    Spans, log records and metrics are flushed before they are read. A run sends by itself: finish it or call
    its `flush` first.
    """

    def __init__(self, receiver: MemoryReceiver, flush: Callable[[], None]) -> None:
        self._receiver = receiver
        self._flush = flush

    @property
    def endpoint(self) -> str:
        """Where the capture takes OTLP over HTTP, for programs that the test starts."""
        return self._receiver.endpoint

    @property
    def spans(self) -> list[CapturedSpan]:
        """Spans that have ended, in the order in which they began. Each once."""
        self._flush()
        spans = _each(spans_in(request) for request in self._receiver.requests('traces'))
        once = {(span.trace_id, span.span_id): span for span in spans}
        return sorted(once.values(), key=lambda span: span.start)

    @property
    def logs(self) -> list[CapturedLog]:
        """Log records and events, by time; those of runs are in `runs`. Each once."""
        self._flush()
        return [log for log in self._all_logs() if not log.event_name.startswith('ml.run.')]

    @property
    def metrics(self) -> list[CapturedMetric]:
        """The last value of each instrument and set of attributes; those of runs are in `runs`."""
        self._flush()
        last: dict[Any, CapturedMetric] = {}
        for point in _each(metrics_in(request) for request in self._receiver.requests('metrics')):
            if 'job.id' not in point.attributes:
                last[point.name, repr(sorted(point.attributes.items()))] = point
        return list(last.values())

    @property
    def runs(self) -> dict[str, CapturedRun]:
        """Training runs by id, in the order in which they began."""
        points = _each(metrics_in(request) for request in self._receiver.requests('metrics'))
        return runs_of(points, self._all_logs())

    @property
    def run(self) -> CapturedRun:
        """The one run there is.

        Raises:
            AssertionError: there is none, or more than one.
        """
        runs = self.runs
        if len(runs) != 1:
            raise AssertionError(f'expected one run, there are {len(runs)}: {", ".join(runs)}')
        return next(iter(runs.values()))

    @property
    def points(self) -> list[CapturedPoint]:
        """Points of the training curves of all runs."""
        return [point for run in self.runs.values() for point in run.points]

    def metric(self, name: str, **attributes: Any) -> CapturedMetric:
        """The one metric of this name with these attributes among its own. In a key `_` is also a dot.

        Raises:
            AssertionError: there is none, or more than one.
        """
        wanted = {key.replace('_', '.'): value for key, value in attributes.items()}
        named = [metric for metric in self.metrics if metric.name == name]
        found = [metric for metric in named if wanted.items() <= _dotted(metric.attributes).items()]
        if len(found) != 1:
            there = f'there are {len(found)}: {named}'
            raise AssertionError(f'expected one metric {name!r} with {attributes}, {there}')
        return found[0]

    def wait_for(self, condition: Callable[[], Any], timeout: float = 10.0) -> None:
        """Waits until `condition` is true, for what another thread or process sends.

        Raises:
            AssertionError: it was not in `timeout` seconds.
        """
        if not self._receiver.wait(lambda: bool(condition()), timeout):
            raise AssertionError(f'the condition did not become true in {timeout:g} s')

    def clear(self) -> None:
        """Forgets what was captured so far."""
        self._flush()
        self._receiver.clear()

    def _all_logs(self) -> list[CapturedLog]:
        logs = _each(logs_in(request) for request in self._receiver.requests('logs'))
        # Two pipelines of one process each send a record.
        once = {
            (log.time, log.span_id, repr((log.event_name, log.body, log.attributes))): log for log in logs
        }
        return sorted(once.values(), key=lambda log: log.time)


def _each(parts: Iterable[Iterable[_Item]]) -> list[_Item]:
    return [item for part in parts for item in part]


def _dotted(attributes: Any) -> dict[str, Any]:
    return {key.replace('_', '.'): value for key, value in attributes.items()}
