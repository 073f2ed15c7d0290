from typing import Any

from tests.support.otlp_sink import OtlpSink, attributes_of

quiet: dict[str, Any] = {'environment': False, 'system_metrics': False}
"""Arguments of `init_run` without what a test does not look at."""


def gauge_points(sink: OtlpSink, name: str) -> list[dict[str, Any]]:
    """The points of a gauge in the order of arrival."""
    found: list[dict[str, Any]] = []
    for seen in sink.metrics(name):
        for point in seen.item.gauge.data_points:
            attributes = attributes_of(point.attributes)
            found.append(
                {
                    'value': point.as_double,
                    'time': point.time_unix_nano,
                    'start': point.start_time_unix_nano,
                    'batch': attributes.get('batch'),
                    'epoch': attributes.get('epoch'),
                    'attributes': attributes,
                }
            )
    return found


def metric_names(sink: OtlpSink) -> set[str]:
    """Of all that came."""
    return {seen.item.name for seen in sink.metrics()}
