from collections.abc import Iterator

import pytest

from support.fresh_process import fresh_process
from support.otlp_sink import OtlpSink


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    """A receiver, and a process that OpenTelemetry has not touched."""
    with OtlpSink() as made, fresh_process():
        yield made
