"""Any WSGI application, in OpenTelemetry's middleware."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from collections.abc import Callable, Iterable
from typing import Any

from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.trace import Span
from opentelemetry.util.http import redact_url

from ml_otel_bridge._internal.applications.request_options import RequestOptions
from ml_otel_bridge._internal.applications.wsgi_headers import request_headers
from ml_otel_bridge._internal.client.client import Client

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WsgiKind:
    """WSGI callables; a wrapper is served instead."""

    def name_of(self, app: Any) -> str | None:  # noqa: ARG002
        """None: a callable has no name that tells a service."""
        return None

    def instrument(
        self, app: Wsgi, client: Client, options: RequestOptions
    ) -> tuple[Wsgi, Callable[[], None]]:
        """The wrapper; undone, it passes everything on."""
        wrapper = _WsgiWrapper(app, client, options)
        return wrapper, wrapper.stop


class _WsgiWrapper:
    def __init__(self, app: Wsgi, client: Client, options: RequestOptions) -> None:
        def on_request(span: Span, environ: dict[str, Any]) -> None:
            options.add_headers(span, 'request', request_headers(environ))

        def on_response(span: Span, _: Any, __: str, headers: list[tuple[str, str]]) -> None:
            options.add_headers(span, 'response', headers)

        self._app = app
        self._excluded = options.excludes
        self._traced: Any = OpenTelemetryMiddleware(
            app,
            request_hook=on_request,
            response_hook=on_response,
            tracer_provider=client.tracer_provider,
            meter_provider=client.meter_provider,
        )

    def stop(self) -> None:
        self._traced = self._app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        app = self._app if self._excluded.url_disabled(_url(environ)) else self._traced
        return app(environ, start_response)


def _url(environ: dict[str, Any]) -> str:
    host = environ.get('HTTP_HOST') or environ.get('SERVER_NAME', '')
    path = f'{environ.get("SCRIPT_NAME", "")}{environ.get("PATH_INFO", "")}'
    return redact_url(f'{environ.get("wsgi.url_scheme", "http")}://{host}{path}')
