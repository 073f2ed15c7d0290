"""Any ASGI application, in OpenTelemetry's middleware."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.trace import get_current_span

from ml_otel_bridge._internal.applications.lifespan import Asgi, Message, Receive, Send, live
from ml_otel_bridge._internal.applications.request_options import RequestOptions
from ml_otel_bridge._internal.client.client import Client

SpanDetails = Callable[[Any], tuple[str, dict[str, Any]]]


class AsgiKind:
    """ASGI callables; a wrapper is served instead."""

    def name_of(self, app: Any) -> str | None:  # noqa: ARG002
        """None: a callable has no name that tells a service."""
        return None

    def instrument(
        self, app: Asgi, client: Client, options: RequestOptions
    ) -> tuple[Asgi, Callable[[], None]]:
        """The wrapper; undone, it passes everything on."""
        wrapper = _AsgiWrapper(app, client, options)
        return wrapper, wrapper.stop


class _AsgiWrapper:
    def __init__(self, app: Asgi, client: Client, options: RequestOptions) -> None:
        self._app = app
        self._client: Client | None = client
        self._traced: Any = middleware(app, client, options)

    def stop(self) -> None:
        self._traced = self._app
        self._client = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope['type'] == 'lifespan' and self._client is not None:
            await live(self._app, self._client, scope, receive, send)
        else:
            await self._traced(scope, receive, send)


def middleware(app: Any, client: Client, options: RequestOptions, details: SpanDetails | None = None) -> Any:
    """OpenTelemetry's middleware around the application: one span a request, none for each message."""
    return OpenTelemetryMiddleware(
        _with_headers(app, options) if options.headers else app,
        excluded_urls=options.excluded_urls,
        default_span_details=details,
        tracer_provider=client.tracer_provider,
        meter_provider=client.meter_provider,
        exclude_spans=['receive', 'send'],
    )


def _with_headers(app: Asgi, options: RequestOptions) -> Asgi:
    """The application, with its headers put on the span; the middleware would write `x_id` for `x-id`."""

    async def observed(scope: Message, receive: Receive, send: Send) -> None:
        span = get_current_span()

        async def watched(message: Message) -> None:
            if message['type'] == 'http.response.start':
                options.add_headers(span, 'response', _decoded(message.get('headers', ())))
            await send(message)

        options.add_headers(span, 'request', _decoded(scope.get('headers', ())))
        await app(scope, receive, watched)

    return observed


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        yield name.decode('latin-1'), value.decode('latin-1')
