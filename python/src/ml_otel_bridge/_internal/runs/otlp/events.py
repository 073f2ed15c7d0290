"""Events in the life of a run, as OpenTelemetry has them: log records with an event name.

The same as the bridge's `packages/ml-otel-bridge/src/runs/run-event.ts`: names, attributes and body.
"""

from collections.abc import Mapping
from typing import Any, Final

from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, SeverityNumber

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.otlp.any_value import key_values, to_any_value
from ml_otel_bridge._internal.runs.otlp.requests_of import wrap
from ml_otel_bridge._internal.runs.otlp.wire import message

STARTED: Final = 'ml.run.started'
CONFIG: Final = 'ml.run.config'
HEARTBEAT: Final = 'ml.run.heartbeat'
FINISHED: Final = 'ml.run.finished'
ALERT: Final = 'ml.run.alert'
EXCEPTION: Final = 'exception'

LEVELS: Final = {
    'debug': SeverityNumber.SEVERITY_NUMBER_DEBUG,
    'info': SeverityNumber.SEVERITY_NUMBER_INFO,
    'warning': SeverityNumber.SEVERITY_NUMBER_WARN,
    'error': SeverityNumber.SEVERITY_NUMBER_ERROR,
}
_TEXTS = {'debug': 'DEBUG', 'info': 'INFO', 'warning': 'WARN', 'error': 'ERROR'}


class EventEncoder:
    """Events of one run as encoded `ResourceLogs`."""

    def __init__(self, identity: RunIdentity, resource: bytes) -> None:
        self._attributes = identity.attributes()
        self._resource = resource

    def encode(
        self,
        name: str,
        time: int,
        observed: int,
        attributes: Mapping[str, Any] | None = None,
        *,
        body: object = None,
        level: str = 'info',
    ) -> bytes:
        """Times are nanoseconds since 1970; a body of None is no body."""
        record = LogRecord(
            time_unix_nano=time,
            observed_time_unix_nano=observed,
            event_name=name,
            severity_number=LEVELS[level],
            severity_text=_TEXTS[level],
            attributes=[*self._attributes, *key_values(attributes or {})],
        )
        if body is not None:
            record.body.CopyFrom(to_any_value(body))
        return wrap(self._resource, message(2, (record.SerializeToString(),)))
