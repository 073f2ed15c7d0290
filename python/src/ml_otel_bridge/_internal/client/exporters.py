"""The OTLP exporters of OpenTelemetry, set up from our settings: HTTP always, gRPC with its extra."""

from typing import Any

from opentelemetry.sdk._logs.export import LogRecordExporter
from opentelemetry.sdk.metrics.export import MetricExporter
from opentelemetry.sdk.trace.export import SpanExporter

from ml_otel_bridge._internal.extras import needs_extra
from ml_otel_bridge._internal.settings.settings import Settings, Signal


def span_exporter(settings: Settings) -> SpanExporter:
    """An exporter of spans.

    Raises:
        MissingExtraError: the protocol is grpc and its package is not installed.
    """
    if settings.protocol_for('traces') == 'grpc':
        with needs_extra('grpc'):
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415
                OTLPSpanExporter as GrpcSpanExporter,
            )
        return GrpcSpanExporter(**_of(settings, 'traces'))
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter(**_of(settings, 'traces'))


def metric_exporter(settings: Settings) -> MetricExporter:
    """An exporter of metrics; as `span_exporter`."""
    if settings.protocol_for('metrics') == 'grpc':
        with needs_extra('grpc'):
            from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (  # noqa: PLC0415
                OTLPMetricExporter as GrpcMetricExporter,
            )
        return GrpcMetricExporter(**_of(settings, 'metrics'))
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415

    return OTLPMetricExporter(**_of(settings, 'metrics'))


def log_exporter(settings: Settings) -> LogRecordExporter:
    """An exporter of log records and events; as `span_exporter`."""
    if settings.protocol_for('logs') == 'grpc':
        with needs_extra('grpc'):
            from opentelemetry.exporter.otlp.proto.grpc._log_exporter import (  # noqa: PLC0415
                OTLPLogExporter as GrpcLogExporter,
            )
        return GrpcLogExporter(**_of(settings, 'logs'))
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415

    return OTLPLogExporter(**_of(settings, 'logs'))


def _of(settings: Settings, signal: Signal) -> dict[str, Any]:
    return {
        'endpoint': settings.endpoint_for(signal),
        'headers': settings.headers_for(signal),
        'timeout': settings.export_timeout,
    }
