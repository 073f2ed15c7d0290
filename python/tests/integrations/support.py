"""Runs as a receiver gets them."""

from typing import Any

from support.otlp_sink import OtlpSink, attributes_of, plain, points_of

Point = tuple[str, float | None, int | None, float]
"""Metric, epoch, batch and value."""


def curve_points(sink: OtlpSink) -> list[Point]:
    """Points of training curves, in the order of their times."""
    found: list[tuple[int, Point]] = []
    for metric in sink.metrics():
        if metric.item.name.startswith('ml.training.') and metric.item.WhichOneof('data') == 'gauge':
            for point in points_of(metric.item):
                attributes = attributes_of(point.attributes)
                place = (attributes.get('epoch'), attributes.get('batch'))
                name = metric.item.name.removeprefix('ml.training.')
                found.append((point.time_unix_nano, (name, *place, point.as_double)))
    return [point for _, point in sorted(found, key=lambda pair: pair[0])]


def steps_of(sink: OtlpSink, metric: str) -> list[tuple[float | None, int | None]]:
    return [(epoch, batch) for name, epoch, batch, _ in curve_points(sink) if name == metric]


def last_config(sink: OtlpSink) -> dict[str, Any]:
    bodies = [plain(log.item.body) for log in sink.logs() if log.item.event_name == 'ml.run.config']
    return bodies[-1]


def event_names(sink: OtlpSink) -> list[str]:
    return [log.item.event_name for log in sink.logs()]
