"""What it costs to encode a step of nine gauges, three ways; the reason for `runs/wire.py`.

`PYTHONPATH=python/src python bench/python-log/encoding.py`, with the SDK's requirements installed.
"""

import time
import timeit

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.sdk.metrics.export import (
    Gauge,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from ml_otel_bridge._internal.runs.otlp.counters import Counters
from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.values.intake import Intake
from ml_otel_bridge._internal.runs.otlp.mapping import StepMapper

STEPS = 200
NAMES = [f'm{index}' for index in range(9)]
JOB = {'job.id': 'job', 'model.name': 'model', 'dataset': 'data'}


def sdk() -> object:
    metrics = [
        Metric(name, '', '', Gauge([NumberDataPoint({**JOB, 'epoch': 0, 'batch': s}, 1, 2, 0.5) for s in range(STEPS)]))
        for name in NAMES
    ]
    scope = ScopeMetrics(InstrumentationScope('bench'), metrics, '')
    return encode_metrics(MetricsData([ResourceMetrics(Resource({}), [scope], '')])).SerializeToString()


def generated() -> object:
    job = [KeyValue(key=key, value=AnyValue(string_value=value)) for key, value in JOB.items()]
    encoded: list[bytes] = []
    for name in NAMES:
        metric = metrics_pb2.Metric(name=name)
        for step in range(STEPS):
            numbers = {'epoch': 0, 'batch': step}.items()
            own = [KeyValue(key=key, value=AnyValue(int_value=value)) for key, value in numbers]
            metric.gauge.data_points.add(
                attributes=[*job, *own], start_time_unix_nano=1, time_unix_nano=2, as_double=0.5
            )
        encoded.append(metric.SerializeToString())
    return encoded


def main() -> None:
    intake = Intake(lambda cause, example: None, time.time_ns)
    data = dict.fromkeys(NAMES, 0.5)
    blocks = intake.pack([(time.time_ns(), data, step, 0, None) for step in range(STEPS)])
    mapper = StepMapper(RunIdentity('job', 'model', 'data'))
    ways = {
        "the SDK's encoder": sdk,
        'generated protobuf classes': generated,
        'runs/mapping.py': lambda: mapper.map(blocks, Counters(), 0),
    }
    for name, way in ways.items():
        print(f'{min(timeit.repeat(way, number=1, repeat=9)) / STEPS * 1e6:8.1f} µs a step of 9 gauges: {name}')


main()
