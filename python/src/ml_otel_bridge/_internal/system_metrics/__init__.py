"""CPU, memory, disk, network and GPUs beside a run, by OpenTelemetry's semantic conventions.

https://opentelemetry.io/docs/specs/semconv/system/ and https://opentelemetry.io/docs/specs/semconv/hardware/
"""

from ml_otel_bridge._internal.system_metrics.reading import Instrument, Reader, Reading
from ml_otel_bridge._internal.system_metrics.sampler import (
    DEFAULT_INTERVAL,
    SystemMetricsSampler,
    default_readers,
)

__all__ = ['DEFAULT_INTERVAL', 'Instrument', 'Reader', 'Reading', 'SystemMetricsSampler', 'default_readers']
