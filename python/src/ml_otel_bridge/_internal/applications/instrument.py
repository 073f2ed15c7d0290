"""`instrument_app` and `uninstrument_app`."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ml_otel_bridge._internal.applications.app_kind import AppKind, kind_of
from ml_otel_bridge._internal.applications.marks import Mark, mark_of, set_mark
from ml_otel_bridge._internal.applications.request_options import RequestOptions
from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.client.configure import client_of, find_client, read_arguments
from ml_otel_bridge._internal.semantic_conventions import use_stable_http

App = TypeVar('App')


def instrument_app(
    app: App,
    service_name: str | None = None,
    *,
    excluded_urls: str | Sequence[str] | None = None,
    capture_headers: Sequence[str] = (),
    client: Client | None = None,
    **configure: Any,
) -> App:
    """Makes a web application send a span and metrics for each request, and what it logs with the trace's id.

    It works before and after the first request, in an application factory, and does nothing the second time.

    Args:
        app: A Flask, FastAPI or Starlette application, or any other that speaks ASGI or WSGI.
        service_name: Name of the service; else `ML_OTEL_SERVICE_NAME`, `OTEL_SERVICE_NAME`, the app's name.
        excluded_urls: Regular expressions of URLs that are left out, such as `'/health'`; one text holds
            several, separated by commas. Else `OTEL_PYTHON_EXCLUDED_URLS`.
        capture_headers: Names of request and response headers that the span shall hold. Of headers that carry
            secrets (authorization, cookies, API keys) only the presence is kept.
        client: Where to; else the one that `configure` made, else a new one.
        **configure: Arguments of `configure`, for a new client.

    Returns:
        The same application; for plain ASGI and WSGI callables a wrapper, which is to be served instead.

    Raises:
        SettingsError: an argument or variable cannot be used.
        MissingExtraError: the extra for this kind of application is not installed; the text says which.
        TypeError: it is no web application.

    Examples:
        >>> from flask import Flask
        >>> from ml_otel_bridge import instrument_app
        >>> app = instrument_app(Flask('shop'), enabled=False)
        >>> app.name
        'shop'
    """
    kind = kind_of(app)
    mark = mark_of(app)
    if mark is not None:
        return mark.served
    use_stable_http()
    chosen = client or _client(service_name or kind.name_of(app), service_name, configure)
    if not chosen.settings.enabled:
        return app
    options = RequestOptions.of(excluded_urls, capture_headers)
    served, undo = kind.instrument(app, chosen, options)
    set_mark(app, served, Mark(app, served, undo))
    return served


def uninstrument_app(app: Any) -> Any:
    """Undoes `instrument_app`; what was recorded until then is still sent.

    Args:
        app: What `instrument_app` took or returned. Others are returned as they are.

    Returns:
        The application as it was before: for plain ASGI and WSGI callables the one inside the wrapper.

    Examples:
        >>> from flask import Flask
        >>> from ml_otel_bridge import instrument_app, uninstrument_app
        >>> app = Flask('shop')
        >>> uninstrument_app(instrument_app(app, enabled=False)) is app
        True
    """
    mark = mark_of(app)
    if mark is None:
        return app
    mark.undo()
    set_mark(mark.original, mark.served, None)
    return mark.original


def _client(own_name: str | None, service_name: str | None, configure: Mapping[str, Any]) -> Client:
    present = find_client()
    if present is not None and not configure and service_name in {None, present.settings.service_name}:
        return present
    given = dict(configure)
    set_global = given.pop('set_global', present is None)
    settings = read_arguments({**given, 'service_name': service_name}, default_service_name=own_name)
    return client_of(settings, set_global=set_global)


__all__ = ['AppKind', 'instrument_app', 'uninstrument_app']
