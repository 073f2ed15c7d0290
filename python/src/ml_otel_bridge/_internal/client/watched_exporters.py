"""OpenTelemetry's exporters in a wrap of the same interface: counts losses, gives a forked child its own.

A forked child must not write to its parent's connections: the bytes of both would mix.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from ml_otel_bridge._internal.client.exporter_chatter import ExporterChatter
from ml_otel_bridge._internal.client.losses import Item, Losses, Reason

_Exporter = TypeVar('_Exporter', SpanExporter, LogRecordExporter, MetricExporter)
_NOT_TAKEN: Reason = 'the receiver did not take them'


class _Watch(Generic[_Exporter]):
    """The exporter of this process, and what became of its batches."""

    def __init__(
        self, make: Callable[[], _Exporter], item: Item, losses: Losses, chatter: ExporterChatter
    ) -> None:
        self._make = make
        self._item: Item = item
        self._losses = losses
        self._chatter = chatter
        self._pid = os.getpid()
        self._exporter = make()
        # Closing what belongs to the parent may hang (gRPC), so it is kept.
        self._of_parents: list[_Exporter] = []
        self._failed = False
        self._failures = 0
        self._in_flight = 0

    @property
    def exporter(self) -> _Exporter:
        if self._pid != os.getpid():
            self._of_parents.append(self._exporter)
            self._exporter = self._make()
            self._pid = os.getpid()
        return self._exporter

    def export_all(self, batch: Sequence[Any], send: Callable[[Sequence[Any]], Any], success: Any) -> bool:
        """Sends a batch; of what cannot be encoded only that is lost, not the whole batch."""
        lines = list[str]()
        if self._send(lambda: send(batch), success, len(batch), lines):
            return self._outcome(good=True, count=len(batch), lines=lines)
        if len(batch) > 1 and any('encode' in line for line in lines):
            middle = len(batch) // 2
            first = self.export_all(batch[:middle], send, success)
            return self.export_all(batch[middle:], send, success) and first
        return self._outcome(good=False, count=len(batch), lines=lines)

    def export(self, send: Callable[[], Any], success: Any, count: int) -> bool:
        lines = list[str]()
        return self._outcome(good=self._send(send, success, count, lines), count=count, lines=lines)

    def _send(self, send: Callable[[], Any], success: Any, count: int, said: list[str]) -> bool:
        self._in_flight = count
        with self._chatter.kept() as lines:
            try:
                good = send() is success
            except Exception as error:  # noqa: BLE001
                lines.append(repr(error))
                good = False
        self._in_flight = 0
        said += lines
        return good

    def _outcome(self, *, good: bool, count: int, lines: list[str]) -> bool:
        if good and self._failed:
            self._losses.over(self._item, _NOT_TAKEN)
        elif not good:
            self._losses.add(self._item, _NOT_TAKEN, count, ' / '.join(lines[-2:])[:500])
        self._failed = not good
        self._failures += not good
        return good

    @property
    def failures(self) -> int:
        return self._failures

    @property
    def in_flight(self) -> int:
        return self._in_flight


class _Watched(Generic[_Exporter]):
    """`failures` tells whether all has arrived since it was looked at before."""

    _watch: _Watch[_Exporter]

    @property
    def failures(self) -> int:
        """How often something was not taken."""
        return self._watch.failures

    @property
    def in_flight(self) -> int:
        """How many are on their way at this moment."""
        return self._watch.in_flight


class WatchedSpanExporter(_Watched[SpanExporter], SpanExporter):
    """A SpanExporter that is watched."""

    def __init__(self, make: Callable[[], SpanExporter], losses: Losses, chatter: ExporterChatter) -> None:
        self._watch = _Watch(make, 'spans', losses, chatter)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As OpenTelemetry's."""
        exporter = self._watch.exporter
        good = self._watch.export_all(spans, exporter.export, SpanExportResult.SUCCESS)
        return SpanExportResult.SUCCESS if good else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """As OpenTelemetry's."""
        self._watch.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """As OpenTelemetry's: an exporter holds nothing back."""
        return self._watch.exporter.force_flush(timeout_millis)


class WatchedLogExporter(_Watched[LogRecordExporter], LogRecordExporter):
    """A LogRecordExporter that is watched."""

    def __init__(
        self, make: Callable[[], LogRecordExporter], losses: Losses, chatter: ExporterChatter
    ) -> None:
        self._watch = _Watch(make, 'log records', losses, chatter)

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """As OpenTelemetry's."""
        exporter = self._watch.exporter
        good = self._watch.export_all(batch, exporter.export, LogRecordExportResult.SUCCESS)
        return LogRecordExportResult.SUCCESS if good else LogRecordExportResult.FAILURE

    def shutdown(self) -> None:
        """As OpenTelemetry's."""
        self._watch.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 10_000) -> bool:  # noqa: ARG002
        """As OpenTelemetry's: an exporter holds nothing back."""
        return True


class WatchedMetricExporter(_Watched[MetricExporter], MetricExporter):
    """A MetricExporter that is watched."""

    def __init__(self, make: Callable[[], MetricExporter], losses: Losses, chatter: ExporterChatter) -> None:
        self._watch = _Watch(make, 'metric exports', losses, chatter)
        made = self._watch.exporter
        # The reader takes its temporality from these.
        super().__init__(
            preferred_temporality=made._preferred_temporality,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            preferred_aggregation=made._preferred_aggregation,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        )

    def export(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> MetricExportResult:
        """As OpenTelemetry's."""
        exporter: Any = self._watch.exporter
        good = self._watch.export(
            lambda: exporter.export(metrics_data, timeout_millis, **kwargs),
            MetricExportResult.SUCCESS,
            1,
        )
        return MetricExportResult.SUCCESS if good else MetricExportResult.FAILURE

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """As OpenTelemetry's."""
        exporter: Any = self._watch.exporter
        exporter.shutdown(timeout_millis, **kwargs)

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """As OpenTelemetry's: an exporter holds nothing back."""
        return self._watch.exporter.force_flush(timeout_millis)
