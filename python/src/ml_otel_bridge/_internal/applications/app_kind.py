"""What kind of application something is, found without importing a framework that is not in use."""

import inspect
import sys
from collections.abc import Callable
from typing import Any, Protocol

from ml_otel_bridge._internal.applications.request_options import RequestOptions
from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.extras import needs_extra

_ASGI_ARGUMENTS = 3
_WSGI_ARGUMENTS = 2


class AppKind(Protocol):
    """One way to instrument applications."""

    def name_of(self, app: Any) -> str | None:
        """The application's own name, if it has one."""
        ...

    def instrument(self, app: Any, client: Client, options: RequestOptions) -> tuple[Any, Callable[[], None]]:
        """Returns what is to be served, and what undoes it."""
        ...


def kind_of(app: Any) -> AppKind:
    """The kind of this application.

    Raises:
        MissingExtraError: what instruments this kind is not installed.
        TypeError: it is none.
    """
    if _is_a(app, 'flask.app', 'Flask'):
        with needs_extra('flask'):
            from ml_otel_bridge._internal.applications.flask_app import FlaskKind  # noqa: PLC0415
        return FlaskKind()
    if _is_a(app, 'starlette.applications', 'Starlette'):
        extra = 'fastapi' if _is_a(app, 'fastapi.applications', 'FastAPI') else 'asgi'
        with needs_extra(extra):
            from ml_otel_bridge._internal.applications.starlette_app import StarletteKind  # noqa: PLC0415
        return StarletteKind()
    if _is_asgi(app):
        with needs_extra('asgi'):
            from ml_otel_bridge._internal.applications.asgi_app import AsgiKind  # noqa: PLC0415
        return AsgiKind()
    if _arguments(app) == _WSGI_ARGUMENTS:
        with needs_extra('wsgi'):
            from ml_otel_bridge._internal.applications.wsgi_app import WsgiKind  # noqa: PLC0415
        return WsgiKind()
    raise TypeError(
        f'{type(app).__name__} is no web application: expected Flask, FastAPI, Starlette, or a callable that '
        'takes (scope, receive, send) as ASGI has it or (environ, start_response) as WSGI has it; '
        'of a factory, pass what it returns'
    )


def _is_a(app: Any, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(app, kind)


def _is_asgi(app: Any) -> bool:
    return _arguments(app) == _ASGI_ARGUMENTS


def _arguments(app: Any) -> int | None:
    """How many arguments it must be called with; None for what cannot be called so, such as a class."""
    if not callable(app) or inspect.isclass(app):
        return None
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(1 for one in parameters if one.kind in positional and one.default is one.empty)
