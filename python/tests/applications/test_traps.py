"""What FACTS of OpenTelemetry for Python would otherwise do to us, where no other test stands for it."""

import re
from pathlib import Path

from support.children import run_python
from support.otlp_sink import OtlpSink


def test_the_stable_conventions_hold_although_something_was_instrumented_before_us() -> None:
    script = """
from opentelemetry.instrumentation.requests import RequestsInstrumentor
RequestsInstrumentor().instrument()   # Reads the variable, once and for all.
from flask import Flask
from ml_otel_bridge import instrument_app
app = instrument_app(Flask('shop'))
app.test_client().get('/')
"""
    with OtlpSink() as sink:
        run_python(script, {'ML_OTEL_ENDPOINT': sink.http_endpoint})
        assert {'http.server.request.duration'} <= {seen.item.name for seen in sink.metrics()}
        assert not sink.metrics('http.server.duration')


def test_who_asks_for_both_conventions_gets_both() -> None:
    script = """
from flask import Flask
from ml_otel_bridge import instrument_app
instrument_app(Flask('shop')).test_client().get('/')
"""
    with OtlpSink() as sink:
        asked = {'OTEL_SEMCONV_STABILITY_OPT_IN': 'http/dup', 'ML_OTEL_ENDPOINT': sink.http_endpoint}
        run_python(script, asked)
        assert sink.metrics('http.server.request.duration')
        assert sink.metrics('http.server.duration')


def test_providers_that_are_there_are_extended_not_replaced() -> None:
    script = """
from opentelemetry import trace, metrics, _logs
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.resources import Resource
theirs, seen = TracerProvider(resource=Resource.create({'service.name': 'theirs'})), InMemorySpanExporter()
theirs.add_span_processor(SimpleSpanProcessor(seen))
trace.set_tracer_provider(theirs)
import ml_otel_bridge
client = ml_otel_bridge.configure(service_name='ours')
assert trace.get_tracer_provider() is theirs is client.tracer_provider
with ml_otel_bridge.span('both'): pass
client.shutdown()
with ml_otel_bridge.span('theirs alone'): pass
assert [span.name for span in seen.get_finished_spans()] == ['both', 'theirs alone']
"""
    with OtlpSink() as sink:
        run_python(script, {'ML_OTEL_ENDPOINT': sink.http_endpoint})
        assert [(seen.item.name, seen.resource['service.name']) for seen in sink.spans()] == [
            ('both', 'theirs')
        ]


def test_the_same_configuration_twice_is_one_client() -> None:
    script = """
import ml_otel_bridge
first = ml_otel_bridge.configure(service_name='once')
assert ml_otel_bridge.configure(service_name='once') is first
with ml_otel_bridge.span('once'): pass
"""
    with OtlpSink() as sink:
        run_python(script, {'ML_OTEL_ENDPOINT': sink.http_endpoint})
        assert len(sink.spans('once')) == 1


def test_no_dependency_is_pinned_to_one_version() -> None:
    # The SDK and its contrib packages pin each other: with == of ours nothing else could be installed beside.
    declared = (Path(__file__).parents[2] / 'pyproject.toml').read_text()
    assert re.search(r'"[A-Za-z-]+(\[[a-z,]+\])?>=', declared)
    assert '==' not in re.sub(r'#.*', '', declared)
