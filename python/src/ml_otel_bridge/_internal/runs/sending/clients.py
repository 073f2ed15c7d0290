from collections.abc import Mapping

from ml_otel_bridge._internal.extras import needs_extra
from ml_otel_bridge._internal.runs.sending.http_client import HttpClient
from ml_otel_bridge._internal.runs.sending.transport import Transport
from ml_otel_bridge._internal.settings.settings import SIGNALS, Settings, Signal


def make_clients(settings: Settings, environ: Mapping[str, str]) -> dict[Signal, Transport]:
    """The way to the receiver for each signal, as the settings say.

    Raises:
        MissingExtraError: the protocol is grpc and its package is not installed.
    """
    return {signal: _make_client(signal, settings, environ) for signal in SIGNALS}


def _make_client(signal: Signal, settings: Settings, environ: Mapping[str, str]) -> Transport:
    endpoint, headers = settings.endpoint_for(signal), settings.headers_for(signal)
    if settings.protocol_for(signal) == 'grpc':
        with needs_extra('grpc'):
            import grpc  # noqa: F401, PLC0415  # pyright: ignore[reportUnusedImport]
        from ml_otel_bridge._internal.runs.sending.grpc_client import GrpcClient  # noqa: PLC0415

        return GrpcClient(signal, endpoint, headers, settings.export_timeout)
    return HttpClient(signal, endpoint, headers, settings.export_timeout, environ)
