"""`counter`, `histogram` and `gauge`."""

from opentelemetry import metrics
from opentelemetry.metrics import Counter, Histogram, Meter
from opentelemetry.metrics import _Gauge as Gauge  # pyright: ignore[reportPrivateUsage]

from ml_otel_bridge._internal.version import __version__


def counter(name: str, *, unit: str = '', description: str = '') -> Counter:
    """A count that only grows: requests served, rows read.

    Args:
        name: Such as `orders.placed`: at most 255 of letters, digits, `_.-/`, beginning with a letter.
        unit: In UCUM, such as `By`, `s` or `{order}`.
        description: One line.

    Returns:
        OpenTelemetry's counter. Make it once and keep it; it may be made before `configure`.

    Examples:
        >>> from ml_otel_bridge import counter
        >>> orders = counter('orders.placed', unit='{order}')
        >>> orders.add(1, {'country': 'de'})
    """
    return _meter().create_counter(name, unit, description)


def histogram(
    name: str, *, unit: str = '', description: str = '', buckets: list[float] | None = None
) -> Histogram:
    """How values are distributed: durations, sizes.

    Args:
        name: As for `counter`.
        unit: As for `counter`.
        description: One line.
        buckets: Upper bounds of the buckets, rising; else OpenTelemetry's, which suit milliseconds.

    Returns:
        OpenTelemetry's histogram; as for `counter`.

    Examples:
        >>> from ml_otel_bridge import histogram
        >>> sizes = histogram('batch.size', unit='By', buckets=[1e3, 1e6, 1e9])
        >>> sizes.record(4_096)
    """
    return _meter().create_histogram(name, unit, description, explicit_bucket_boundaries_advisory=buckets)


def gauge(name: str, *, unit: str = '', description: str = '') -> Gauge:
    """A value as it is now: a queue's length, a temperature.

    Only the last value before each export is sent (`metric_interval`). For curves of a training run, where
    each step counts, use `init_run` and `run.log`.

    Args:
        name: As for `counter`.
        unit: As for `counter`.
        description: One line.

    Returns:
        OpenTelemetry's gauge; as for `counter`.

    Examples:
        >>> from ml_otel_bridge import gauge
        >>> waiting = gauge('queue.length', unit='{job}')
        >>> waiting.set(12)
    """
    return _meter().create_gauge(name, unit, description)


def _meter() -> Meter:
    return metrics.get_meter('ml_otel_bridge', __version__)
