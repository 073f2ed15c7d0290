"""Everything a training job and its services say, as OpenTelemetry."""

from ml_otel_bridge._internal.version import __version__

__all__ = ['__version__']
