"""One pipeline a signal: queue, batches and exporter of OpenTelemetry, with queues that hold a burst."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypedDict

from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from ml_otel_bridge._internal.client.exporter_chatter import ExporterChatter
from ml_otel_bridge._internal.client.exporters import log_exporter, metric_exporter, span_exporter
from ml_otel_bridge._internal.client.losses import Item, Losses
from ml_otel_bridge._internal.client.watched_exporters import (
    WatchedLogExporter,
    WatchedMetricExporter,
    WatchedSpanExporter,
)
from ml_otel_bridge._internal.settings.settings import Settings

# OpenTelemetry's default of 2,048 lost 70 % of 20,000 records logged at once.
LOG_QUEUE = 65_536
SPAN_QUEUE = 32_768
BATCH = 2_048


class Pipeline(Protocol):
    """What is flushed and ended; both may take as long as the network does, and end is final."""

    def flush(self) -> bool:
        """Sends what waits; False when it could not."""
        ...

    def end(self) -> bool:
        """The same, for the last time."""
        ...

    def count_unsent(self) -> None:
        """Counts as lost what is still here, when the time to send it is over."""
        ...

    def after_fork(self) -> None:
        """Makes it fit for a forked child, which has none of the parent's threads and shares its data."""
        ...


class _BatchPipeline:
    """What the pipelines of spans and of records have in common."""

    def __init__(
        self,
        processor: BatchSpanProcessor | BatchLogRecordProcessor,
        exporter: WatchedSpanExporter | WatchedLogExporter,
        item: Item,
        losses: Losses,
        chatter: ExporterChatter,
    ) -> None:
        self._batches = processor
        self._watched = exporter
        self._item: Item = item
        self._losses = losses
        _count_drops(processor, item, losses, chatter)

    def flush(self) -> bool:
        """Sends what has ended, or was emitted."""
        before = self._watched.failures
        return self._batches.force_flush() and self._watched.failures == before

    def end(self) -> bool:
        """The same, for the last time."""
        before = self._watched.failures
        self._batches.shutdown()
        return self._watched.failures == before

    def count_unsent(self) -> None:
        """Counts what waits and what is on its way."""
        _count_unsent(self._batches, self._item, self._losses, self._watched.in_flight)

    def after_fork(self) -> None:
        """The SDK's processor does this itself: an empty queue, a new thread."""


class _BatchLimits(TypedDict):
    max_queue_size: int | None
    max_export_batch_size: int | None
    schedule_delay_millis: int | None


def _limits(prefix: str, queue: int, environ: Mapping[str, str]) -> _BatchLimits:
    """Ours; None where a variable of OpenTelemetry with this prefix says it, which the SDK then reads."""
    own = f'{prefix}_MAX_QUEUE_SIZE' in environ or f'{prefix}_MAX_EXPORT_BATCH_SIZE' in environ
    return {
        'max_queue_size': None if own else queue,
        'max_export_batch_size': None if own else BATCH,
        'schedule_delay_millis': None if f'{prefix}_SCHEDULE_DELAY' in environ else 1_000,
    }


class SpanPipeline(_BatchPipeline):
    """Spans: in batches, each second at the latest."""

    def __init__(
        self,
        settings: Settings,
        losses: Losses,
        chatter: ExporterChatter,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.exporter = WatchedSpanExporter(lambda: span_exporter(settings), losses, chatter)
        self.processor = BatchSpanProcessor(self.exporter, **_limits('OTEL_BSP', SPAN_QUEUE, environ))
        super().__init__(self.processor, self.exporter, 'spans', losses, chatter)


class LogPipeline(_BatchPipeline):
    """Log records and events: in batches, each second at the latest."""

    def __init__(
        self,
        settings: Settings,
        losses: Losses,
        chatter: ExporterChatter,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.exporter = WatchedLogExporter(lambda: log_exporter(settings), losses, chatter)
        self.processor = BatchLogRecordProcessor(self.exporter, **_limits('OTEL_BLRP', LOG_QUEUE, environ))
        super().__init__(self.processor, self.exporter, 'log records', losses, chatter)


class MetricPipeline:
    """Metrics: their present values, each `metric_interval`."""

    def __init__(self, settings: Settings, losses: Losses, chatter: ExporterChatter) -> None:
        self.exporter = WatchedMetricExporter(lambda: metric_exporter(settings), losses, chatter)
        self.reader = PeriodicExportingMetricReader(
            self.exporter,
            export_interval_millis=settings.metric_interval * 1_000,
            export_timeout_millis=settings.export_timeout * 1_000,
        )
        self._provider: MeterProvider | None = None

    def add_to(self, provider: MeterProvider) -> None:
        """Reads the instruments of this provider."""
        provider.add_metric_reader(self.reader)
        self._provider = provider

    def flush(self) -> bool:
        """Sends the values as they are now."""
        before = self.exporter.failures
        return self.reader.force_flush() and self.exporter.failures == before

    def end(self) -> bool:
        """The same, for the last time."""
        before = self.exporter.failures
        self.reader.shutdown()  # pyright: ignore[reportUnknownMemberType]
        return self.exporter.failures == before

    def count_unsent(self) -> None:
        """Nothing: what metrics lose is their last interval, not a number of things."""

    def after_fork(self) -> None:
        """Counts begin at 0 again: the parent sends its own, and each would be there twice."""
        # The SDK renews its thread, but neither its counts nor these locks, which may be held at this moment.
        reader: Any = self.reader
        reader._export_lock = threading.Lock()  # noqa: SLF001
        consumer: Any = getattr(self._provider, '_measurement_consumer', None)
        storage: Any = getattr(consumer, '_reader_storages', {}).get(reader)
        if storage is not None:
            consumer._lock = threading.Lock()  # noqa: SLF001
            storage._lock = threading.RLock()  # noqa: SLF001
            storage._instrument_view_instrument_matches = {}  # noqa: SLF001


class _CountedDrops:
    """What the SDK's queue calls when it is full, besides its own metrics."""

    def __init__(self, sdk: Any, item: Item, losses: Losses) -> None:
        self._sdk = sdk
        self._item: Item = item
        self._losses = losses

    def register_queue_size(self, get_queue_size: Callable[[], int]) -> None:
        self._sdk.register_queue_size(get_queue_size)

    def drop_items(self, count: int, error_type: str = 'queue_full') -> None:
        self._sdk.drop_items(count, error_type)
        if error_type == 'queue_full':
            self._losses.add(self._item, 'the queue was full', count)

    def finish_items(self, count: int) -> None:
        self._sdk.finish_items(count)


def _count_drops(processor: Any, item: Item, losses: Losses, chatter: ExporterChatter) -> None:
    batches = processor._batch_processor  # noqa: SLF001
    batches._metrics = _CountedDrops(batches._metrics, item, losses)  # noqa: SLF001
    # Ours says it, and once: the SDK would each 20 seconds.
    batches.emit = chatter.silencing(batches.emit)


def _count_unsent(processor: Any, item: Item, losses: Losses, in_flight: int) -> None:
    waiting = len(processor._batch_processor._queue) + in_flight  # noqa: SLF001
    if waiting:
        losses.add(item, 'the process ended before they were sent', waiting)
