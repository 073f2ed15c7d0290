"""A test that takes the process (global providers, `logging`, outgoing calls) gives it back as it was."""

import logging
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from opentelemetry import _logs, metrics, trace
from opentelemetry.util._once import Once

import ml_otel_bridge
from ml_otel_bridge._internal import outgoing


@contextmanager
def fresh_process() -> Generator[None]:
    """OpenTelemetry as in a process that has just started; afterwards all clients are ended."""
    handler = signal.getsignal(signal.SIGTERM)
    root = logging.getLogger()
    level = root.level
    # pytest has handlers at the root, so that its level is not lowered for us.
    root.setLevel(logging.INFO)
    opted = os.environ.pop('OTEL_SEMCONV_STABILITY_OPT_IN', None)
    _forget_providers()
    try:
        yield
    finally:
        ml_otel_bridge.shutdown(timeout=10)
        for instrumentor in outgoing._instrumentors():  # pyright: ignore[reportPrivateUsage]
            if instrumentor.is_instrumented_by_opentelemetry:
                instrumentor.uninstrument()
        _forget_providers()
        signal.signal(signal.SIGTERM, handler)
        root.setLevel(level)
        os.environ.pop('OTEL_SEMCONV_STABILITY_OPT_IN', None)
        if opted is not None:
            os.environ['OTEL_SEMCONV_STABILITY_OPT_IN'] = opted


def _forget_providers() -> None:
    # OpenTelemetry has no public way back.
    traces: Any = trace
    traces._TRACER_PROVIDER, traces._TRACER_PROVIDER_SET_ONCE = None, Once()
    values: Any = vars(metrics)['_internal']
    values._METER_PROVIDER, values._METER_PROVIDER_SET_ONCE = None, Once()
    values._PROXY_METER_PROVIDER = type(values._PROXY_METER_PROVIDER)()
    records: Any = vars(_logs)['_internal']
    records._LOGGER_PROVIDER, records._LOGGER_PROVIDER_SET_ONCE = None, Once()
