"""Spans of a run: OpenTelemetry's own, sent the way the run's steps are."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.spool.frames import FrameKind
from ml_otel_bridge._internal.version import __version__

Send = Callable[[FrameKind, Callable[[], bytes]], None]


class _ToSpool(SpanExporter):
    def __init__(self, send: Send) -> None:
        self._send = send

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        # Ended spans do not change: the writer's thread encodes them.
        self._send(FrameKind.TRACES, lambda: encode_spans(spans).SerializeToString())
        return SpanExportResult.SUCCESS


class RunSpans:
    """A provider of the run's own, made with the first span.

    Others' spans and ours are children of each other.
    """

    def __init__(self, resource: Mapping[str, Any], identity: RunIdentity, send: Send) -> None:
        self._resource = resource
        self._job = {'job.id': identity.job_id}
        self._send = send
        self._provider: TracerProvider | None = None

    def start(self, name: str, attributes: Mapping[str, Any]) -> AbstractContextManager[Span]:
        """A span that is current within the context."""
        if self._provider is None:
            provider = TracerProvider(resource=Resource(dict(self._resource)), shutdown_on_exit=False)
            provider.add_span_processor(SimpleSpanProcessor(_ToSpool(self._send)))
            self._provider = provider
        tracer = self._provider.get_tracer('ml-otel-bridge', __version__)
        return tracer.start_as_current_span(name, attributes={**self._job, **attributes})

    def shutdown(self) -> None:
        """Spans that end later are not sent."""
        if self._provider is not None:
            self._provider.shutdown()
