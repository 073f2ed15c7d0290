"""`force_flush` and `shutdown`: for all clients of the process."""

from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.client.clients import CLIENTS


def force_flush(timeout: float | None = None) -> bool:
    """Sends all that was recorded until now, of all clients; see `Client.force_flush`.

    Args:
        timeout: Seconds for each client; else its `export_timeout`.

    Returns:
        True when the receivers have it all; False when it took longer or failed.

    Examples:
        >>> import ml_otel_bridge
        >>> ml_otel_bridge.force_flush(timeout=5)
        True
    """
    flushed = [client.force_flush(timeout) for client in _clients()]
    return all(flushed)


def shutdown(timeout: float | None = None) -> bool:
    """Sends what is left and ends all clients; see `Client.shutdown`. It happens by itself when Python exits.

    Args:
        timeout: Seconds for each client; else its `shutdown_timeout`.

    Returns:
        As `force_flush`.

    Examples:
        >>> import ml_otel_bridge
        >>> ml_otel_bridge.shutdown()
        True
    """
    ended = [client.shutdown(timeout) for client in _clients()]
    return all(ended)


def _clients() -> list[Client]:
    return [member for member in CLIENTS.all() if isinstance(member, Client)]
