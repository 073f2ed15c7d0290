from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.runs.support import quiet
from tests.support.otlp_sink import OtlpSink

from ml_otel_bridge import Run, init_run


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    """A real receiver."""
    with OtlpSink() as sink:
        yield sink


@pytest.fixture
def start(sink: OtlpSink, tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """`init_run` towards the sink, with its spool in a fresh folder; what was started is ended."""
    runs: list[Run] = []

    def begin(project: str, **arguments: Any) -> Run:
        chosen: dict[str, Any] = {'endpoint': sink.http_endpoint, 'dir': tmp_path / 'spools'}
        run = init_run(project, **(chosen | quiet | arguments))
        runs.append(run)
        return run

    yield begin
    for run in runs:
        run.finish()
