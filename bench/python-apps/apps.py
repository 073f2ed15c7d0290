"""The hello app of the bench: Flask or FastAPI, bare, with instrument_app, or with plain OpenTelemetry.

`VARIANT` is bare, ours or contrib; the receiver is in `OTEL_EXPORTER_OTLP_ENDPOINT`.
"""

import logging
import os

VARIANT = os.environ['VARIANT']


def plain_opentelemetry():
    """Three signals as OpenTelemetry's own documentation sets them up, with its defaults."""
    os.environ['OTEL_SEMCONV_STABILITY_OPT_IN'] = 'http'
    from opentelemetry import _logs, metrics, trace
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.logging.handler import LoggingHandler
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    tracers, loggers = TracerProvider(), LoggerProvider()
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())]))
    loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    _logs.set_logger_provider(loggers)
    logging.getLogger().addHandler(LoggingHandler(logger_provider=loggers))
    logging.getLogger().setLevel(logging.INFO)


def make_flask():
    from flask import Flask

    app = Flask('hello')

    @app.get('/hello/<name>')
    def hello(name):
        logging.getLogger('hello').info('hello %s', name)
        return {'hello': name}

    if VARIANT == 'contrib':
        plain_opentelemetry()
        from opentelemetry.instrumentation.flask import FlaskInstrumentor

        FlaskInstrumentor().instrument_app(app)
    return instrumented(app)


def make_fastapi():
    from fastapi import FastAPI

    app = FastAPI()

    @app.get('/hello/{name}')
    async def hello(name: str):
        logging.getLogger('hello').info('hello %s', name)
        return {'hello': name}

    if VARIANT == 'contrib':
        plain_opentelemetry()
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        FastAPIInstrumentor.instrument_app(app)
    return instrumented(app)


def instrumented(app):
    if VARIANT == 'ours':
        from ml_otel_bridge import instrument_app

        instrument_app(app, 'hello')
    return app


if __name__ == '__main__':
    # How long the end takes: one request, then the last line.
    client = make_flask().test_client()
    client.get('/hello/you')
