"""Writes one small telemetry of each signal with the OpenTelemetry SDK for Python, through the exporters for gRPC or for
HTTP, and ends with 1 when anything was not taken.

Usage: main.py grpc|http, with OTEL_EXPORTER_OTLP_ENDPOINT set. What it sends is described in ../sdk-senders.ts.
"""

import importlib
import logging
import sys
import time

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.context import Context
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Tracer, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, set_span_in_context

FAULTS: list[str] = []


class Faults(logging.Handler):
    """What exporters could not send they only log."""

    def emit(self, record: logging.LogRecord) -> None:
        FAULTS.append(record.getMessage())


def main(protocol: str) -> int:
    logging.getLogger().addHandler(Faults(logging.WARNING))
    resource = Resource({"service.name": f"python-{protocol}", "job.id": "sdk-run", "hosts": ["a", "b"]})
    traces = TracerProvider(resource=resource)
    traces.add_span_processor(BatchSpanProcessor(exporter(protocol, "trace_exporter", "OTLPSpanExporter")))
    logs = LoggerProvider(resource=resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(exporter(protocol, "_log_exporter", "OTLPLogExporter")))
    metrics = MeterProvider(
        resource=resource,
        metric_readers=[
            PeriodicExportingMetricReader(exporter(protocol, "metric_exporter", "OTLPMetricExporter"))
        ],
        views=[View(instrument_name="sdk.exponential", aggregation=ExponentialBucketHistogramAggregation())],
    )
    within = send_spans(traces.get_tracer("sdk-sender", "1.2.3"))
    send_logs(logs.get_logger("sdk-sender", "1.2.3"), within)
    send_metrics(metrics.get_meter("sdk-sender", "1.2.3"), within)
    for provider in (traces, logs, metrics):
        provider.shutdown()
    print("\n".join(FAULTS), file=sys.stderr)
    return 1 if FAULTS else 0


def exporter(protocol: str, module: str, name: str):
    return getattr(importlib.import_module(f"opentelemetry.exporter.otlp.proto.{protocol}.{module}"), name)()


def send_spans(tracer: Tracer) -> Context:
    """Returns a context within the inner span, which has ended."""
    outer = tracer.start_span("train", kind=SpanKind.SERVER)
    inner = tracer.start_span(
        "step",
        context=set_span_in_context(outer),
        links=[Link(outer.get_span_context(), {"why": "resumed"})],
        attributes={"text": "ä€😀", "whole": 2**63 - 1, "real": 0.25, "yes": True, "list": [1, 2, 3]},
    )
    inner.add_event("checkpoint", {"path": "a.ckpt"})
    inner.set_status(Status(StatusCode.ERROR, "out of memory"))
    inner.end()
    outer.end()
    return set_span_in_context(inner)


def send_logs(logger, within: Context) -> None:
    logger.emit(
        LogRecord(
            timestamp=time.time_ns(),
            context=within,
            severity_number=SeverityNumber.WARN,
            severity_text="WARN",
            body="loss is high",
            attributes={"loss": 2.5, "batch": 7, "yes": True},
        )
    )
    logger.emit(
        LogRecord(
            timestamp=time.time_ns(),
            context=within,
            severity_number=SeverityNumber.INFO,
            body={"batch": 7},
            event_name="ml.run.heartbeat",
        )
    )


def send_metrics(meter, within: Context) -> None:
    counter = meter.create_counter("sdk.counter", unit="{step}", description="steps")
    counter.add(3, context=within)
    counter.add(4, context=within)
    meter.create_up_down_counter("sdk.updown").add(-1.5, context=within)
    meter.create_gauge("ml.training.loss").set(0.125, {"batch": 7, "epoch": 1}, context=within)
    histogram = meter.create_histogram("sdk.histogram", explicit_bucket_boundaries_advisory=[1, 10])
    exponential = meter.create_histogram("sdk.exponential")
    for value in (0.5, 5, 50):
        histogram.record(value, context=within)
        exponential.record(value, context=within)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
