"""For tests of code that uses this package: what it sends, in memory.

With pytest, put `pytest_plugins = ['ml_otel_bridge.testing']` into `conftest.py` and take the fixture
`ml_otel`.
"""

from collections.abc import Iterator
from contextlib import suppress

from ml_otel_bridge._internal.testing.capture import capture_telemetry
from ml_otel_bridge._internal.testing.captured import (
    CapturedLog,
    CapturedMetric,
    CapturedPoint,
    CapturedRun,
    CapturedSpan,
)
from ml_otel_bridge._internal.testing.telemetry import CapturedTelemetry

__all__ = [
    'CapturedLog',
    'CapturedMetric',
    'CapturedPoint',
    'CapturedRun',
    'CapturedSpan',
    'CapturedTelemetry',
    'capture_telemetry',
]

with suppress(ImportError):  # the fixture is for those who have pytest
    import pytest

    @pytest.fixture
    def ml_otel() -> Iterator[CapturedTelemetry]:
        """What the test sends; see `capture_telemetry`."""
        with capture_telemetry() as telemetry:
            yield telemetry

    __all__ += ['ml_otel']
