"""Everything a training job and its services say, as OpenTelemetry."""

from ml_otel_bridge._internal.applications.instrument import instrument_app, uninstrument_app
from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.client.configure import configure
from ml_otel_bridge._internal.extras import MissingExtraError
from ml_otel_bridge._internal.manual.instruments import counter, gauge, histogram
from ml_otel_bridge._internal.manual.process import force_flush, shutdown
from ml_otel_bridge._internal.manual.records import event, get_logger
from ml_otel_bridge._internal.manual.tracing import span, traced
from ml_otel_bridge._internal.runs.init_run import init_run
from ml_otel_bridge._internal.runs.run import Run
from ml_otel_bridge._internal.settings.settings import SettingsError
from ml_otel_bridge._internal.version import __version__

__all__ = [
    'Client',
    'MissingExtraError',
    'Run',
    'SettingsError',
    '__version__',
    'configure',
    'counter',
    'event',
    'force_flush',
    'gauge',
    'get_logger',
    'histogram',
    'init_run',
    'instrument_app',
    'shutdown',
    'span',
    'traced',
    'uninstrument_app',
]
