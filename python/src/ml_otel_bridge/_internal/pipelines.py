"""One pipeline a signal: queue, batches and exporter of OpenTelemetry, with queues that hold a burst."""

import os
from collections.abc import Mapping
from typing import Protocol

from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from ml_otel_bridge._internal.exporters import log_exporter, metric_exporter, span_exporter
from ml_otel_bridge._internal.settings import Settings

# OpenTelemetry's default of 2,048 lost 70 % of 20,000 records logged at once.
LOG_QUEUE = 65_536
SPAN_QUEUE = 32_768
BATCH = 2_048


class Pipeline(Protocol):
    """What is flushed and ended; both may take as long as the network does, and end is final."""

    def flush(self) -> bool:
        """Sends what waits; False when it could not."""
        ...

    def end(self) -> None:
        """Sends what waits and stops."""
        ...


class SpanPipeline:
    """Spans: in batches, each second at the latest."""

    def __init__(self, settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
        own = 'OTEL_BSP_MAX_QUEUE_SIZE' in environ or 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE' in environ
        self.processor = BatchSpanProcessor(
            span_exporter(settings),
            max_queue_size=None if own else SPAN_QUEUE,
            max_export_batch_size=None if own else BATCH,
            schedule_delay_millis=None if 'OTEL_BSP_SCHEDULE_DELAY' in environ else 1_000,
        )

    def flush(self) -> bool:
        """Sends the spans that have ended."""
        return self.processor.force_flush()

    def end(self) -> None:
        """The same, for the last time."""
        self.processor.shutdown()


class LogPipeline:
    """Log records and events: in batches, each second at the latest."""

    def __init__(self, settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
        own = 'OTEL_BLRP_MAX_QUEUE_SIZE' in environ or 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE' in environ
        self.processor = BatchLogRecordProcessor(
            log_exporter(settings),
            max_queue_size=None if own else LOG_QUEUE,
            max_export_batch_size=None if own else BATCH,
            schedule_delay_millis=None if 'OTEL_BLRP_SCHEDULE_DELAY' in environ else 1_000,
        )

    def flush(self) -> bool:
        """Sends the records that were emitted."""
        return self.processor.force_flush()

    def end(self) -> None:
        """The same, for the last time."""
        self.processor.shutdown()


class MetricPipeline:
    """Metrics: their present values, each `metric_interval`."""

    def __init__(self, settings: Settings) -> None:
        self.reader = PeriodicExportingMetricReader(
            metric_exporter(settings),
            export_interval_millis=settings.metric_interval * 1_000,
            export_timeout_millis=settings.export_timeout * 1_000,
        )

    def flush(self) -> bool:
        """Sends the values as they are now."""
        return self.reader.force_flush()

    def end(self) -> None:
        """The same, for the last time."""
        self.reader.shutdown()  # pyright: ignore[reportUnknownMemberType]
