"""What `instrument_app` was told about requests, in the forms that the instrumentations take."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opentelemetry.trace import Span
from opentelemetry.util.http import ExcludeList, parse_excluded_urls

_REDACTED = '[REDACTED]'
_SECRETS = (
    'authorization',
    'cookie',
    'set-cookie',
    'proxy-authorization',
    'x-api-key',
    'api-key',
    'x-auth-token',
    'x-csrf-token',
)


@dataclass(frozen=True)
class RequestOptions:
    """Which requests are left out, and which headers are kept."""

    excluded_urls: str
    headers: tuple[str, ...]
    secrets: tuple[str, ...] = _SECRETS

    @staticmethod
    def of(excluded_urls: str | Sequence[str] | None, capture_headers: Sequence[str]) -> 'RequestOptions':
        """Options from what was given, else from OpenTelemetry's variable."""
        if excluded_urls is None:
            excluded_urls = os.environ.get('OTEL_PYTHON_EXCLUDED_URLS', '')
        joined = excluded_urls if isinstance(excluded_urls, str) else ','.join(excluded_urls)
        names = (capture_headers,) if isinstance(capture_headers, str) else capture_headers
        return RequestOptions(joined, tuple(name.lower() for name in names))

    @property
    def excludes(self) -> ExcludeList:
        """The excluded URLs as OpenTelemetry matches them: anywhere in the whole URL."""
        return parse_excluded_urls(self.excluded_urls)

    def add_headers(self, span: Span, way: str, headers: Iterable[tuple[str, str]]) -> None:
        """Puts those that are wanted on the span: `http.<request or response>.header.<name>`, as lists."""
        if not self.headers or not span.is_recording():
            return
        found: dict[str, list[str]] = {}
        for name, value in headers:
            lower = name.lower()
            if lower in self.headers:
                found.setdefault(lower, []).append(_REDACTED if lower in self.secrets else value)
        for name, values in found.items():
            span.set_attribute(f'http.{way}.header.{name}', values)
