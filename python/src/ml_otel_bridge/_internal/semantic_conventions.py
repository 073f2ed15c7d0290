"""The stable HTTP conventions (`http.server.request.duration`), off by default in the SDK."""

import os
from collections.abc import MutableMapping
from typing import Any

from opentelemetry.instrumentation import _semconv

_VARIABLE = 'OTEL_SEMCONV_STABILITY_OPT_IN'


def use_stable_http(environ: MutableMapping[str, str] = os.environ) -> None:
    """Makes what is instrumented from now on follow them, unless `http/dup` asks for both kinds."""
    chosen = [part.strip() for part in environ.get(_VARIABLE, '').split(',') if part.strip()]
    if not {'http', 'http/dup'} & set(chosen):
        environ[_VARIABLE] = ','.join([*chosen, 'http'])
        # The variable is read once; who instrumented something before us has made that happen.
        stability: Any = _semconv._OpenTelemetrySemanticConventionStability  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        stability._initialized = False  # noqa: SLF001
        stability._initialize()  # noqa: SLF001
