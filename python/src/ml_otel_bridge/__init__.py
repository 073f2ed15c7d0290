"""Everything a training job and its services say, as OpenTelemetry."""

from ml_otel_bridge._internal.client import Client
from ml_otel_bridge._internal.configure import configure
from ml_otel_bridge._internal.extras import MissingExtraError
from ml_otel_bridge._internal.runs import Run, init_run
from ml_otel_bridge._internal.settings import SettingsError
from ml_otel_bridge._internal.version import __version__

__all__ = [
    'Client',
    'MissingExtraError',
    'Run',
    'SettingsError',
    '__version__',
    'configure',
    'init_run',
]
