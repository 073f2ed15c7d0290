"""Export requests of OTLP, put together of parts that are encoded already."""

from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from ml_otel_bridge._internal.runs.otlp.any_value import key_values
from ml_otel_bridge._internal.runs.otlp.wire import message
from ml_otel_bridge._internal.version import __version__

SCOPE = InstrumentationScope(name='ml-otel-bridge', version=__version__)
_SCOPE_BYTES = SCOPE.SerializeToString()


def resource_bytes(attributes: dict[str, object]) -> bytes:
    """A resource, encoded."""
    return Resource(attributes=key_values(attributes)).SerializeToString()


def wrap(resource: bytes, records: bytes) -> bytes:
    """A request of any signal.

    `records` are the encoded fields 2 of its scope (metrics, log records or spans).

    The three signals number these fields alike: `resource_* = 1`, `resource = 1`, `scope_* = 2`, `scope = 1`.
    """
    scope = message(2, (message(1, (_SCOPE_BYTES,)), records))
    return message(1, (message(1, (resource,)), scope))
