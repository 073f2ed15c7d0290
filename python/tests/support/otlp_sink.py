"""A real OTLP receiver for tests: HTTP and gRPC on free ports; keeps what came, decoded; can misbehave."""

# The generated messages come without types for the services.
# pyright: reportMissingTypeStubs=false
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal

import grpc
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2, logs_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from typing_extensions import Self

Signal = Literal['traces', 'metrics', 'logs']
_MESSAGES: Final[dict[Signal, tuple[Any, Any]]] = {
    'traces': (trace_service_pb2.ExportTraceServiceRequest, trace_service_pb2.ExportTraceServiceResponse),
    'metrics': (
        metrics_service_pb2.ExportMetricsServiceRequest,
        metrics_service_pb2.ExportMetricsServiceResponse,
    ),
    'logs': (logs_service_pb2.ExportLogsServiceRequest, logs_service_pb2.ExportLogsServiceResponse),
}
_PATHS: Final[dict[str, Signal]] = {'/v1/traces': 'traces', '/v1/metrics': 'metrics', '/v1/logs': 'logs'}
_REJECTED = {'traces': 'rejected_spans', 'metrics': 'rejected_data_points', 'logs': 'rejected_log_records'}
_GRPC_CODES = {
    401: grpc.StatusCode.UNAUTHENTICATED,
    400: grpc.StatusCode.INVALID_ARGUMENT,
    404: grpc.StatusCode.UNIMPLEMENTED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    503: grpc.StatusCode.UNAVAILABLE,
}


@dataclass(frozen=True)
class Answer:
    """How the sink answers: with this HTTP status (gRPC: the code that means the same); only 200 keeps it.

    `rejected` makes a partial success; `hang` holds the request until the sink ends or gets another answer.
    """

    status: int = 200
    retry_after: str | None = None
    rejected: int = 0
    message: str = ''
    hang: bool = False


@dataclass(frozen=True)
class Received:
    """One request that was kept: decoded, with its headers (names in lower case) and the way it came."""

    signal: Signal
    protocol: Literal['http', 'grpc']
    headers: dict[str, str]
    message: Any
    # Host and port of the connection's other end, of HTTP.
    peer: tuple[str, int] | None = None


@dataclass(frozen=True)
class Seen:
    """A span, log record or metric (`item`, as protobuf) with its scope and the resource's attributes."""

    item: Any
    resource: dict[str, Any]
    scope: InstrumentationScope
    attributes: dict[str, Any] = field(default_factory=dict[str, Any])


class OtlpSink:
    """A context manager. Ports are free ones; nothing outlives the block.

    Example:
        >>> with OtlpSink() as sink:
        ...     configure(endpoint=sink.http_endpoint)
        ...     sink.wait_for(lambda: sink.spans('work'))
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._received: list[Received] = []
        self._refused = 0
        self._answers: dict[Signal, Answer] = {}
        self._closing = False
        self.largest: int | None = None
        """Bytes of the largest request that is taken; larger ones get 413 (over HTTP only)."""
        self._http = _HttpServer(('127.0.0.1', 0), _handler_of(self))
        self._grpc = grpc.server(
            ThreadPoolExecutor(max_workers=8), options=[('grpc.max_receive_message_length', -1)]
        )
        self._grpc_port = self._grpc.add_insecure_port('127.0.0.1:0')
        _add_services(self._grpc, self)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={'poll_interval': 0.05}, daemon=True
        )
        self._thread.start()
        self._grpc.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self._grpc.stop(grace=None).wait()

    @property
    def http_endpoint(self) -> str:
        """Base URL for OTLP over HTTP."""
        return f'http://127.0.0.1:{self._http.server_address[1]}'

    @property
    def grpc_endpoint(self) -> str:
        """URL for OTLP over gRPC."""
        return f'http://127.0.0.1:{self._grpc_port}'

    def answer(self, answer: Answer, signal: Signal | None = None) -> None:
        """From now on this answer is given, to one signal or to all; hanging requests are answered so too."""
        with self._changed:
            for name in _MESSAGES if signal is None else (signal,):
                self._answers[name] = answer
            self._changed.notify_all()

    @property
    def refused(self) -> int:
        """Requests that were not kept."""
        return self._refused

    @property
    def received(self) -> list[Received]:
        """Requests that were kept, in the order of arrival."""
        with self._changed:
            return list(self._received)

    def of(self, signal: Signal) -> list[Received]:
        """The same, of one signal."""
        return [received for received in self.received if received.signal == signal]

    def spans(self, name: str | None = None) -> list[Seen]:
        """Spans in the order of arrival; `item` is a `Span`."""
        return [seen for seen in self._items('traces') if name in {None, seen.item.name}]

    def metrics(self, name: str | None = None) -> list[Seen]:
        """Metrics in the order of arrival, once for each export; `item` is a `Metric`."""
        return [seen for seen in self._items('metrics') if name in {None, seen.item.name}]

    def logs(self, body: str | None = None) -> list[Seen]:
        """Log records and events in the order of arrival; `item` is a `LogRecord`."""
        return [seen for seen in self._items('logs') if body in {None, seen.item.body.string_value}]

    def wait_for(self, predicate: Callable[[], Any], timeout: float = 30.0) -> Any:
        """What the predicate returns once it is true; it is asked again at each request that comes.

        Raises:
            AssertionError: it did not become true in `timeout` seconds; says what came instead.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (found := predicate()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f'not in {timeout:g} s; {self._summary()}')
                # Also what does not come from the network may make it true.
                self._changed.wait(min(left, 0.1))
            return found

    def take(
        self,
        signal: Signal,
        protocol: Literal['http', 'grpc'],
        headers: dict[str, str],
        message: Any,
        peer: tuple[str, int] | None = None,
    ) -> Answer:
        """Keeps a request, or not; called by the servers."""
        with self._changed:
            while (answer := self._answers.get(signal, Answer())).hang and not self._closing:
                self._changed.wait()
            if answer.status == 200 and not answer.hang:
                self._received.append(Received(signal, protocol, headers, message, peer))
            else:
                self._refused += 1
            self._changed.notify_all()
            return answer

    def refuse(self) -> None:
        """Counts a request that was not looked at."""
        with self._changed:
            self._refused += 1
            self._changed.notify_all()

    def _items(self, signal: Signal) -> Iterator[Seen]:
        for received in self.of(signal):
            yield from _items_of(signal, received.message)

    def _summary(self) -> str:
        spans = [seen.item.name for seen in self.spans()][-20:]
        logs = [seen.item.body.string_value or seen.item.event_name for seen in self.logs()][-20:]
        metrics = sorted({seen.item.name for seen in self.metrics()})
        return f'spans {spans}, logs {logs}, metrics {metrics}, {self.refused} requests refused'


def plain(value: AnyValue) -> Any:
    """An OTLP value as Python has it."""
    kind = value.WhichOneof('value')
    if kind is None:
        return None
    held = getattr(value, kind)
    if kind == 'array_value':
        return [plain(one) for one in held.values]
    if kind == 'kvlist_value':
        return attributes_of(held.values)
    return held


def attributes_of(pairs: Any) -> dict[str, Any]:
    """OTLP attributes as a dict."""
    typed: list[KeyValue] = list(pairs)
    return {pair.key: plain(pair.value) for pair in typed}


def points_of(metric: Metric) -> list[Any]:
    """The data points of a metric of any kind."""
    return list(getattr(metric, metric.WhichOneof('data') or 'gauge').data_points)


def _items_of(signal: Signal, message: Any) -> Iterator[Seen]:
    outer, inner, last = {
        'traces': ('resource_spans', 'scope_spans', 'spans'),
        'metrics': ('resource_metrics', 'scope_metrics', 'metrics'),
        'logs': ('resource_logs', 'scope_logs', 'log_records'),
    }[signal]
    for resource in getattr(message, outer):
        attributes = attributes_of(resource.resource.attributes)
        for scope in getattr(resource, inner):
            for item in getattr(scope, last):
                own = attributes_of(item.attributes) if isinstance(item, (Span, LogRecord)) else {}
                yield Seen(item, attributes, scope.scope, own)


def _response(signal: Signal, answer: Answer) -> Any:
    response = _MESSAGES[signal][1]()
    if answer.rejected or answer.message:
        setattr(response.partial_success, _REJECTED[signal], answer.rejected)
        response.partial_success.error_message = answer.message
    return response


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    # A sender that gave up is no error of the test.
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def _handler_of(sink: OtlpSink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get('content-length', 0)))
            if self.headers.get('content-encoding') == 'gzip':
                body = gzip.decompress(body)
            signal = _PATHS.get(self.path)
            if signal is None:
                self._send(404, b'')
                return
            if sink.largest is not None and len(body) > sink.largest:
                sink.refuse()
                self._send(413, b'')
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = sink.take(
                signal, 'http', headers, _MESSAGES[signal][0].FromString(body), self.client_address
            )
            self._send(answer.status, _response(signal, answer).SerializeToString(), answer.retry_after)

        def _send(self, status: int, body: bytes, retry_after: str | None = None) -> None:
            self.send_response(status)
            self.send_header('content-type', 'application/x-protobuf')
            self.send_header('content-length', str(len(body)))
            if retry_after is not None:
                self.send_header('retry-after', retry_after)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handler


def _add_services(server: grpc.Server, sink: OtlpSink) -> None:
    def export_of(signal: Signal) -> Callable[[Any, Any, grpc.ServicerContext], Any]:
        def export(_: Any, message: Any, context: grpc.ServicerContext) -> Any:
            headers = {str(key): str(value) for key, value in context.invocation_metadata()}
            answer = sink.take(signal, 'grpc', headers, message)
            if answer.status != 200:
                context.abort(_GRPC_CODES.get(answer.status, grpc.StatusCode.UNKNOWN), 'as the test wants')
            return _response(signal, answer)

        return export

    def service(base: Any, signal: Signal) -> Any:
        return type('Service', (base,), {'Export': export_of(signal)})()

    traces: Any = trace_service_pb2_grpc
    metrics: Any = metrics_service_pb2_grpc
    logs: Any = logs_service_pb2_grpc
    traces.add_TraceServiceServicer_to_server(service(traces.TraceServiceServicer, 'traces'), server)
    metrics.add_MetricsServiceServicer_to_server(service(metrics.MetricsServiceServicer, 'metrics'), server)
    logs.add_LogsServiceServicer_to_server(service(logs.LogsServiceServicer, 'logs'), server)
