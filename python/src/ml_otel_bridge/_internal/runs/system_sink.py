"""What was read of the machine, as encoded `ResourceMetrics` of a run."""

from collections.abc import Sequence

from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, Metric, NumberDataPoint

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.otlp.any_value import key_values
from ml_otel_bridge._internal.runs.otlp.requests_of import wrap
from ml_otel_bridge._internal.runs.otlp.wire import message
from ml_otel_bridge._internal.system_metrics import Reading


def encode_readings(readings: Sequence[Reading], at: int, identity: RunIdentity, resource: bytes) -> bytes:
    """One point for each reading, at the time it was read, with the run's attributes beside its own."""
    metrics: dict[str, Metric] = {}
    run = identity.attributes()
    for reading in readings:
        metric = metrics.setdefault(reading.name, Metric(name=reading.name, unit=reading.unit))
        point = NumberDataPoint(
            attributes=[*run, *key_values(reading.attributes)], time_unix_nano=at, as_double=reading.value
        )
        if reading.instrument == 'gauge':
            metric.gauge.data_points.append(point)
            continue
        metric.sum.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
        metric.sum.is_monotonic = reading.instrument == 'counter'
        metric.sum.data_points.append(point)
    return wrap(resource, b''.join(message(2, (metric.SerializeToString(),)) for metric in metrics.values()))
