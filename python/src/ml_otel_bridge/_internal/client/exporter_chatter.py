"""What OpenTelemetry's exporters log about each failed request: kept, for our own message."""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

_LOGGERS = (
    'opentelemetry.exporter.otlp.proto.http.trace_exporter',
    'opentelemetry.exporter.otlp.proto.http.metric_exporter',
    'opentelemetry.exporter.otlp.proto.http._log_exporter',
    'opentelemetry.exporter.otlp.proto.grpc.exporter',
    'opentelemetry.sdk._shared_internal',
)


class ExporterChatter(logging.Filter):
    """While `kept` holds in a thread, what these loggers say there is kept; other exporters go on talking."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = threading.local()
        for name in _LOGGERS:
            # Before the SDK's own filter, which hides a line that comes twice.
            logging.getLogger(name).filters.insert(0, self)

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what is kept."""
        lines: list[str] | None = getattr(self._threads, 'lines', None)
        if lines is None:
            return True
        lines.append(record.getMessage())
        return False

    @contextmanager
    def kept(self) -> Generator[list[str]]:
        """The lines that this thread's exporters log within."""
        self._threads.lines = lines = list[str]()
        try:
            yield lines
        finally:
            self._threads.lines = None

    def silencing(self, function: Callable[[Any], None]) -> Callable[[Any], None]:
        """The function, without what these loggers would say in it. It is called for each span and record."""
        threads = self._threads

        def silenced(argument: Any) -> None:
            threads.lines = []
            try:
                function(argument)
            finally:
                threads.lines = None

        return silenced

    def remove(self) -> None:
        """Lets them talk again."""
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self)
