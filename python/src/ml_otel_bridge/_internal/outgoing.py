"""Calls to other services: httpx, requests and urllib carry the trace along; so do threads."""

# pyright: reportMissingTypeStubs=false
import importlib.util
from collections.abc import Iterator

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor


def instrument_outgoing() -> None:
    """Instruments what is installed of them, once in a process; what is instrumented already stays so."""
    for instrumentor in _instrumentors():
        if not instrumentor.is_instrumented_by_opentelemetry:
            instrumentor.instrument()


def _instrumentors() -> Iterator[BaseInstrumentor]:
    from opentelemetry.instrumentation.threading import ThreadingInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.urllib import URLLibInstrumentor  # noqa: PLC0415

    yield ThreadingInstrumentor()
    yield URLLibInstrumentor()
    if importlib.util.find_spec('requests'):
        from opentelemetry.instrumentation.requests import RequestsInstrumentor  # noqa: PLC0415

        yield RequestsInstrumentor()
    if importlib.util.find_spec('httpx'):
        from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor  # noqa: PLC0415

        yield HTTPXClientInstrumentor()
