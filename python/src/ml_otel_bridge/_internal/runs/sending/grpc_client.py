"""OTLP over gRPC with requests that are encoded already, as `http_client.py` does it over HTTP."""

import importlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from ml_otel_bridge._internal.runs.sending.http_client import partial_success
from ml_otel_bridge._internal.runs.sending.outcome import Outcome
from ml_otel_bridge._internal.runs.sending.transport import Transport
from ml_otel_bridge._internal.settings.settings import Signal

_METHODS: dict[Signal, str] = {
    'metrics': '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    'logs': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    'traces': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
}
_RETRYABLE = {'CANCELLED', 'DEADLINE_EXCEEDED', 'ABORTED', 'OUT_OF_RANGE', 'UNAVAILABLE', 'DATA_LOSS'}
_BROKEN = re.compile(r'RST_STREAM|connection|socket|ECONN|EPIPE|stream|goaway', re.IGNORECASE)
_TOO_LARGE = re.compile(r'larger than max|too large', re.IGNORECASE)
_RECONNECT_MILLISECONDS = 2_000


class GrpcClient(Transport):
    """One receiver over gRPC. Makes its channel with the first request, so that a process may fork before."""

    def __init__(self, signal: Signal, endpoint: str, headers: Mapping[str, str], timeout: float) -> None:
        self._signal: Signal = signal
        self._endpoint = urlsplit(endpoint)
        self._metadata = tuple((name.lower(), value) for name, value in headers.items())
        self._timeout = timeout
        self._channel: Any = None
        self._call: Any = None

    def send(self, request: bytes) -> Outcome:
        """Sends one export request, encoded. Never raises."""
        # Typed as Any: the package is installed with the extra `grpc` only.
        grpc: Any = importlib.import_module('grpc')
        if self._call is None:
            self._connect(grpc)
        call: Any = self._call
        try:
            answer: bytes = call(request, timeout=self._timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            return _outcome(error)
        except (ValueError, TypeError) as error:
            return Outcome('refused', str(error)[:300])
        rejected, reason = partial_success(self._signal, answer)
        return Outcome('sent', reason, rejected=rejected)

    def _connect(self, grpc: Any) -> None:
        options = [('grpc.max_reconnect_backoff_ms', _RECONNECT_MILLISECONDS)]
        if self._endpoint.scheme == 'https':
            self._channel = grpc.secure_channel(
                self._endpoint.netloc, grpc.ssl_channel_credentials(), options
            )
        else:
            self._channel = grpc.insecure_channel(self._endpoint.netloc, options)
        self._call = self._channel.unary_unary(_METHODS[self._signal])

    def close(self) -> None:
        """Closes its connection."""
        if self._channel is not None:
            self._channel.close()
            self._channel = self._call = None


def _outcome(error: Any) -> Outcome:
    """What an error means (OTLP specification, "Failures", OTLP/gRPC)."""
    code, details = error.code().name, str(error.details())
    reason = f'{code}: {details}'[:300]
    if code in _RETRYABLE:
        return Outcome('retry', reason, wait=_retry_delay(error))
    if code == 'RESOURCE_EXHAUSTED':
        wait = _retry_delay(error)
        if wait is not None:
            return Outcome('retry', reason, wait=wait)
        return Outcome('too_large' if _TOO_LARGE.search(details) else 'refused', reason)
    if code in ('UNAUTHENTICATED', 'PERMISSION_DENIED'):
        return Outcome('forbidden', reason)
    if code == 'UNIMPLEMENTED':
        return Outcome('unsupported', reason)
    broken = code in ('INTERNAL', 'UNKNOWN') and _BROKEN.search(details)
    return Outcome('retry' if broken else 'refused', reason)


def _retry_delay(error: Any) -> float | None:
    """Seconds that the receiver asks to wait (google.rpc.RetryInfo); None where it says nothing."""
    for key, value in error.trailing_metadata() or ():
        if key != 'grpc-status-details-bin':
            continue
        try:
            for detail in Status.FromString(value).details:
                info = RetryInfo()
                if detail.Unpack(info):
                    return info.retry_delay.ToTimedelta().total_seconds()
        except DecodeError:
            return None
    return None
