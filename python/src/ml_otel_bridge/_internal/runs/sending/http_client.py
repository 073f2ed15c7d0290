"""OTLP over HTTP with requests that are encoded already, answering what became of each.

OpenTelemetry's exporters answer only success or failure: what is to be sent again, when, and what was
rejected in part cannot be told from that, and each repeats on its own clock. A spool needs to know.
"""

import gzip
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from ml_otel_bridge._internal.runs.sending.outcome import Outcome
from ml_otel_bridge._internal.runs.sending.transport import Transport
from ml_otel_bridge._internal.settings.settings import Signal

if TYPE_CHECKING:
    import requests

_CONNECT_SECONDS = 2.0
_RETRYABLE = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
_RETRYABLE_STATUS = {*map(int, _RETRYABLE), int(HTTPStatus.GATEWAY_TIMEOUT)}
_FORBIDDEN = {int(HTTPStatus.UNAUTHORIZED), int(HTTPStatus.FORBIDDEN)}
_UNSUPPORTED = {int(HTTPStatus.NOT_FOUND), int(HTTPStatus.NOT_IMPLEMENTED)}
_SUCCESS = range(200, 300)
_LONGEST_WAIT = 300.0


class HttpClient(Transport):
    """One receiver over HTTP. For one thread at a time."""

    def __init__(
        self,
        signal: Signal,
        endpoint: str,
        headers: Mapping[str, str],
        timeout: float,
        environ: Mapping[str, str],
    ) -> None:
        self._signal: Signal = signal
        self._endpoint = endpoint
        self._timeout = timeout
        self._headers = {'content-type': 'application/x-protobuf', **headers}
        self._gzip = _of(environ, signal, 'COMPRESSION') == 'gzip'
        self._certificate = _of(environ, signal, 'CERTIFICATE')
        self._own_certificate = _of(environ, signal, 'CLIENT_CERTIFICATE')
        self._own_key = _of(environ, signal, 'CLIENT_KEY')
        self._session: Any = None

    def send(self, request: bytes) -> Outcome:
        """Sends one export request, encoded. Never raises."""
        # Loaded with the first request, in the sender's thread: it takes as long as all else together.
        import requests  # noqa: PLC0415

        if self._session is None:
            self._session = self._connect(requests.Session())
        encoding = {'content-encoding': 'gzip'} if self._gzip else {}
        body = gzip.compress(request, compresslevel=1) if self._gzip else request
        try:
            response = self._session.post(
                self._endpoint,
                data=body,
                headers=encoding,
                timeout=(min(_CONNECT_SECONDS, self._timeout), self._timeout),
                allow_redirects=False,
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, ValueError) as error:
            return Outcome('refused', str(error)[:300])
        except (requests.RequestException, OSError) as error:
            return Outcome('retry', str(error)[:300] or type(error).__name__)
        return _outcome(response, self._signal)

    def _connect(self, session: 'requests.Session') -> 'requests.Session':
        session.headers.update(self._headers)
        if self._certificate:
            session.verify = self._certificate
        if self._own_certificate:
            pair = (self._own_certificate, self._own_key)
            session.cert = pair if self._own_key else self._own_certificate
        return session

    def close(self) -> None:
        """Closes its connections."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _of(environ: Mapping[str, str], signal: str, name: str) -> str:
    exact = environ.get(f'OTEL_EXPORTER_OTLP_{signal.upper()}_{name}', '').strip()
    return exact or environ.get(f'OTEL_EXPORTER_OTLP_{name}', '').strip()


def _outcome(response: 'requests.Response', signal: Signal) -> Outcome:
    code = response.status_code
    if code in _SUCCESS:
        rejected, reason = partial_success(signal, response.content)
        return Outcome('sent', reason, rejected=rejected)
    reason = f'HTTP {code} {response.reason} {response.text[:200]}'.strip()
    if code in _RETRYABLE_STATUS:
        return Outcome('retry', reason, wait=_retry_after(response))
    if code in _FORBIDDEN:
        return Outcome('forbidden', reason)
    if code in _UNSUPPORTED:
        return Outcome('unsupported', reason)
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Outcome('too_large', reason)
    return Outcome('refused', reason)


def _retry_after(response: 'requests.Response') -> float | None:
    """Seconds of the header `Retry-After` (RFC 9110, 10.2.3), five minutes at most."""
    value = response.headers.get('retry-after', '').strip()
    try:
        seconds = float(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)


_RESPONSES: dict[Signal, tuple[Any, str]] = {
    'metrics': (ExportMetricsServiceResponse, 'rejected_data_points'),
    'logs': (ExportLogsServiceResponse, 'rejected_log_records'),
    'traces': (ExportTraceServiceResponse, 'rejected_spans'),
}


def partial_success(signal: Signal, content: bytes) -> tuple[int, str]:
    """How many points or records the receiver did not take, and why.

    What cannot be read is taken for full success.
    """
    kind, field = _RESPONSES[signal]
    try:
        partial = kind.FromString(content).partial_success
    except DecodeError:
        return 0, ''
    return int(getattr(partial, field)), str(partial.error_message)
