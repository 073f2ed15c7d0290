"""An OTLP receiver in this process: it keeps what comes in memory, and nothing leaves the machine."""

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from typing_extensions import Self

from ml_otel_bridge._internal.settings.settings import Signal

_SERVICES: dict[str, tuple[Signal, Any]] = {
    '/v1/traces': ('traces', ExportTraceServiceRequest),
    '/v1/metrics': ('metrics', ExportMetricsServiceRequest),
    '/v1/logs': ('logs', ExportLogsServiceRequest),
}


class MemoryReceiver:
    """OTLP over HTTP on a free port of the loopback address. A context manager."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[tuple[Signal, Any]] = []
        self._server = _Server(('127.0.0.1', 0), _handler_of(self))

    @property
    def endpoint(self) -> str:
        """Its base URL."""
        return f'http://127.0.0.1:{self._server.server_address[1]}'

    def requests(self, signal: Signal) -> list[Any]:
        """The requests of one signal, decoded, in the order of arrival."""
        with self._changed:
            return [request for kind, request in self._requests if kind == signal]

    def take(self, signal: Signal, request: Any) -> None:
        """Keeps a request."""
        with self._changed:
            self._requests.append((signal, request))
            self._changed.notify_all()

    def clear(self) -> None:
        """Forgets what came."""
        with self._changed:
            self._requests.clear()

    def wait(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Whether `condition` becomes true in `timeout` seconds; asked again at each request."""
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with self._changed:
                # Not for long: what makes it true need not come from here.
                self._changed.wait(min(left, 0.05))
        return True

    def __enter__(self) -> Self:
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(0.05,), name='ml-otel-testing', daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that went away is no error of the test."""


def _handler_of(receiver: MemoryReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get('content-length', 0)))
            service = _SERVICES.get(self.path)
            if service is None:
                self._answer(404)
                return
            signal, kind = service
            try:
                if self.headers.get('content-encoding') == 'gzip':
                    body = gzip.decompress(body)
                receiver.take(signal, kind.FromString(body))
            except (DecodeError, OSError, EOFError):
                self._answer(400)
                return
            self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header('content-type', 'application/x-protobuf')
            self.send_header('content-length', '0')
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Says nothing."""

    return Handler
