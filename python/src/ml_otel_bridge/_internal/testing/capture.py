"""`capture_telemetry`: everything that this process sends goes into memory instead."""

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.client.clients import CLIENTS
from ml_otel_bridge._internal.client.configure import configure
from ml_otel_bridge._internal.testing.receiver import MemoryReceiver
from ml_otel_bridge._internal.testing.telemetry import CapturedTelemetry


@contextmanager
def capture_telemetry(service_name: str = 'test') -> Generator[CapturedTelemetry]:
    """Captures the spans, log records, metrics and runs of a block.

    The code in it runs as it would elsewhere: what it sends goes to a receiver in this process, by the
    variables (`ML_OTEL_ENDPOINT` and others) that are put back at the end. Code that names an `endpoint`
    itself is not captured. Clients that were made in the block are ended with it. Not for two blocks at
    once.

    Args:
        service_name: of what is sent without a `configure` of its own.

    Examples:
        >>> from ml_otel_bridge import init_run, span
        >>> from ml_otel_bridge.testing import capture_telemetry
        >>> with capture_telemetry() as telemetry:
        ...     with span('prepare', rows=3):
        ...         pass
        ...     with init_run('digits', environment=False, system_metrics=False) as run:
        ...         run.log({'loss': 0.5}, step=1)
        ...     spans, captured = telemetry.spans, telemetry.run
        >>> [(span.name, span.attributes['rows']) for span in spans]
        [('prepare', 3)]
        >>> captured.status, captured.values('loss')
        ('finished', [0.5])
    """
    before = CLIENTS.all()
    with MemoryReceiver() as receiver, tempfile.TemporaryDirectory(prefix='ml-otel-test-') as folder:
        variables = {
            'ML_OTEL_ENDPOINT': receiver.endpoint,
            'ML_OTEL_PROTOCOL': 'http/protobuf',
            'ML_OTEL_ENABLED': 'true',
            'ML_OTEL_MODE': 'online',
            'ML_OTEL_DIR': folder,
            'OTEL_EXPORTER_OTLP_ENDPOINT': receiver.endpoint,
        }
        with _environment(variables):
            configure(service_name=service_name)
            try:
                yield CapturedTelemetry(receiver, _flush)
            finally:
                for member in CLIENTS.all():
                    if isinstance(member, Client) and member not in before:
                        member.shutdown()


def _flush() -> None:
    """All of this process that is not a run's."""
    for member in CLIENTS.all():
        if isinstance(member, Client):
            member.force_flush()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
