"""Flask, with OpenTelemetry's own instrumentation."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from collections.abc import Callable
from typing import Any

from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.trace import Span

from ml_otel_bridge._internal.applications.request_options import RequestOptions
from ml_otel_bridge._internal.applications.wsgi_headers import request_headers
from ml_otel_bridge._internal.client.client import Client


class FlaskKind:
    """Flask applications; the application itself is changed."""

    def name_of(self, app: Flask) -> str | None:
        """The name of its module, unless that is the program."""
        return None if app.name == '__main__' else app.name

    def instrument(
        self, app: Flask, client: Client, options: RequestOptions
    ) -> tuple[Flask, Callable[[], None]]:
        """A span for each request, from before the first `before_request` function to the last teardown."""
        if getattr(app, '_is_instrumented_by_opentelemetry', False):
            return app, lambda: None

        def on_request(span: Span, environ: dict[str, Any]) -> None:
            options.add_headers(span, 'request', request_headers(environ))

        def on_response(span: Span | None, _: str, headers: list[tuple[str, str]]) -> None:
            if span is not None:
                options.add_headers(span, 'response', headers)

        first_request: Any = app
        # Flask forbids new functions after the first request: they might change answers. This one does not.
        seen, first_request._got_first_request = first_request._got_first_request, False  # noqa: SLF001
        try:
            FlaskInstrumentor.instrument_app(
                app,
                request_hook=on_request,
                response_hook=on_response,
                tracer_provider=client.tracer_provider,
                meter_provider=client.meter_provider,
                excluded_urls=options.excluded_urls,
            )
        finally:
            first_request._got_first_request = seen  # noqa: SLF001
        # A function of the app that answers by itself (a 401) would keep those after it from being called.
        functions = app.before_request_funcs[None]
        functions.insert(0, functions.pop())
        return app, lambda: FlaskInstrumentor.uninstrument_app(app)
