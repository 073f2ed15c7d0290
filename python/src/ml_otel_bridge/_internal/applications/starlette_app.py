"""FastAPI and Starlette: OpenTelemetry's ASGI middleware around the application's own stack.

Not OpenTelemetry's instrumentations of the two: FastAPI's does nothing after the first request, Starlette's
makes three spans a request. FastAPI's own spans (0.142 and later) are off where that middleware stands.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from opentelemetry.trace import Status, StatusCode, get_current_span
from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Match

from ml_otel_bridge._internal.applications.asgi_app import middleware
from ml_otel_bridge._internal.applications.lifespan import Asgi, Message, Receive, Send, flush_in_thread
from ml_otel_bridge._internal.applications.request_options import RequestOptions
from ml_otel_bridge._internal.client.client import Client

_METHODS = frozenset(
    {'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'}
)


class StarletteKind:
    """FastAPI and Starlette applications; the application itself is changed."""

    def name_of(self, app: Any) -> str | None:
        """The title of a FastAPI application, unless it was left at its default."""
        title = getattr(app, 'title', None)
        return title if isinstance(title, str) and title not in {'', 'FastAPI'} else None

    def instrument(self, app: Any, client: Client, options: RequestOptions) -> tuple[Any, Callable[[], None]]:
        """Puts the middleware outside of all others; those that run keep their state."""
        if getattr(app, '_is_instrumented_by_opentelemetry', False):
            return app, lambda: None
        build = app.build_middleware_stack
        bare: dict[int, Any] = {}

        def around(stack: Any) -> Any:
            wrapped = middleware(_recording_exceptions(stack), client, options, _details)
            bare[id(wrapped)] = stack
            return wrapped

        app.build_middleware_stack = lambda: around(build())
        if app.middleware_stack is not None:
            app.middleware_stack = around(app.middleware_stack)
        end_hook = _flush_at_end(app, client)

        def undo() -> None:
            del app.build_middleware_stack
            app.middleware_stack = bare.get(id(app.middleware_stack), app.middleware_stack)
            end_hook()

        return app, undo


def _flush_at_end(app: Any, client: Client) -> Callable[[], None]:
    inner = app.router.lifespan_context
    active = True

    @asynccontextmanager
    async def lifespan(served: Any) -> AsyncGenerator[Any]:
        async with inner(served) as state:
            yield state
        if active:
            await flush_in_thread(client)

    app.router.lifespan_context = lifespan

    def undo() -> None:
        nonlocal active
        active = False
        if app.router.lifespan_context is lifespan:
            app.router.lifespan_context = inner

    return undo


def _recording_exceptions(stack: Any) -> Any:
    """The stack with a recorder inside of Starlette's error page: outside of it the span has ended."""
    if not isinstance(stack, ServerErrorMiddleware):
        return stack
    return ServerErrorMiddleware(_ExceptionRecorder(stack.app), handler=stack.handler, debug=stack.debug)


class _ExceptionRecorder:
    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message['type'] == 'http.response.start'
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            # Once a response has begun no error page ends the span, and the middleware records it.
            if not started:
                _record(error)
            raise


def _record(error: Exception) -> None:
    span = get_current_span()
    if span.is_recording():
        span.record_exception(error)
        span.set_status(Status(StatusCode.ERROR, f'{type(error).__name__}: {error}'))


def _details(scope: Any) -> tuple[str, dict[str, Any]]:
    """Name and attributes of the span: method and route, never the path, which has too many values."""
    given = str(scope.get('method', '')).upper()
    method = given if not given or given in _METHODS else 'HTTP'
    route = _route(scope)
    if route is None:
        return method or 'websocket', {}
    return f'{method} {route}'.strip(), {'http.route': route}


def _route(scope: Any) -> str | None:
    partial = None
    app: Starlette = scope['app']
    for route in _flat(app.routes):
        match, _ = route.matches(scope)
        path = getattr(route, 'path', None)
        if match is Match.FULL:
            return path
        if match is Match.PARTIAL:
            partial = path
    return partial


def _flat(routes: Iterable[Any]) -> Iterable[Any]:
    # FastAPI 0.137 and later keeps what include_router added in nodes that have no path of their own.
    try:
        from fastapi.routing import iter_route_contexts  # noqa: PLC0415
    except ImportError:
        return routes
    return iter_route_contexts(list(routes))
