"""OTLP messages as what was captured."""

from collections.abc import Iterator
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ml_otel_bridge._internal.testing.captured import CapturedLog, CapturedMetric, CapturedSpan

_KINDS = {1: 'internal', 2: 'server', 3: 'client', 4: 'producer', 5: 'consumer'}
_STATUSES = {0: 'unset', 1: 'ok', 2: 'error'}


def spans_in(request: Any) -> Iterator[CapturedSpan]:
    """Of an ExportTraceServiceRequest."""
    for resource in request.resource_spans:
        service = service_of(resource)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _span(span, service)


def logs_in(request: Any) -> Iterator[CapturedLog]:
    """Of an ExportLogsServiceRequest."""
    for resource in request.resource_logs:
        service = service_of(resource)
        for scope in resource.scope_logs:
            for record in scope.log_records:
                yield _log(record, service)


def metrics_in(request: Any) -> Iterator[CapturedMetric]:
    """Each point of an ExportMetricsServiceRequest."""
    for resource in request.resource_metrics:
        service = service_of(resource)
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                yield from _points(metric, service)


def service_of(resource: Any) -> str:
    return str(attributes_of(resource.resource.attributes).get('service.name', ''))


def attributes_of(pairs: Any) -> dict[str, Any]:
    """OTLP attributes as a dict."""
    return {pair.key: plain(pair.value) for pair in pairs}


def plain(value: AnyValue) -> Any:
    """An OTLP value as Python has it."""
    kind = value.WhichOneof('value')
    if kind is None:
        return None
    held: Any = getattr(value, kind)
    if kind == 'array_value':
        return [plain(one) for one in held.values]
    return attributes_of(held.values) if kind == 'kvlist_value' else held


def _span(span: Span, service: str) -> CapturedSpan:
    return CapturedSpan(
        name=span.name,
        attributes=attributes_of(span.attributes),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        kind=_KINDS.get(span.kind, 'unspecified'),
        status=_STATUSES.get(span.status.code, 'unset'),
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        service=service,
        events=tuple((event.name, attributes_of(event.attributes)) for event in span.events),
    )


def _log(record: LogRecord, service: str) -> CapturedLog:
    return CapturedLog(
        body=plain(record.body),
        severity=record.severity_text,
        attributes=attributes_of(record.attributes),
        event_name=record.event_name,
        trace_id=record.trace_id.hex(),
        span_id=record.span_id.hex(),
        time=record.time_unix_nano or record.observed_time_unix_nano,
        service=service,
    )


def _points(metric: Metric, service: str) -> Iterator[CapturedMetric]:
    kind = metric.WhichOneof('data')
    if kind is None:
        return
    points: Any = getattr(metric, kind).data_points
    for point in points:
        number = point.WhichOneof('value') if kind in ('gauge', 'sum') else 'sum'
        yield CapturedMetric(
            name=metric.name,
            kind=kind,
            unit=metric.unit,
            attributes=attributes_of(point.attributes),
            value=getattr(point, number) if number else float('nan'),
            count=1 if kind in ('gauge', 'sum') else point.count,
            time=point.time_unix_nano,
            service=service,
        )
