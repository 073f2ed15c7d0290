import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client as WsgiClient

from ml_otel_bridge import force_flush, instrument_app, uninstrument_app
from support.children import run_python
from support.otlp_sink import OtlpSink, attributes_of

Messages = list[dict[str, Any]]


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ['PATH_INFO'] == '/broken':
        raise RuntimeError('no such shelf')
    start_response('200 OK', [('X-Shelf', '7')])
    return [b'hello']


async def asgi(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]
) -> None:
    assert scope['type'] == 'http'
    await receive()
    if scope['path'] == '/broken':
        raise RuntimeError('no such shelf')
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'x-shelf', b'7')]})
    await send({'type': 'http.response.body', 'body': b'hello'})


class AsgiObject:
    __slots__ = ('__weakref__',)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asgi(scope, receive, send)


def serve(app: Any, scope: dict[str, Any], incoming: Messages) -> Messages:
    sent: Messages = []

    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def get(app: Any, path: str) -> Messages:
    scope = {
        'type': 'http',
        'method': 'GET',
        'path': path,
        'query_string': b'',
        'scheme': 'http',
        'server': ('shop', 80),
        'http_version': '1.1',
        'headers': [(b'x-tenant', b'a')],
    }
    return serve(app, scope, [{'type': 'http.request', 'body': b''}])


def test_wsgi_is_wrapped_once(sink: OtlpSink) -> None:
    app = instrument_app(wsgi, 'shop', endpoint=sink.http_endpoint, capture_headers=['x-tenant', 'x-shelf'])
    assert instrument_app(app) is app
    assert instrument_app(wsgi) is app
    client = WsgiClient(app)
    assert client.get('/', headers={'X-Tenant': 'a'}).data == b'hello'
    with pytest.raises(RuntimeError):
        client.get('/broken')
    assert uninstrument_app(app) is wsgi
    client.get('/unseen')
    assert force_flush()
    good, broken = sink.spans()
    assert good.attributes['http.request.header.x-tenant'] == ['a']
    assert good.attributes['http.response.header.x-shelf'] == ['7']
    (event,) = broken.item.events
    assert attributes_of(event.attributes)['exception.message'] == 'no such shelf'


def test_wsgi_leaves_out_excluded_urls(sink: OtlpSink) -> None:
    client = WsgiClient(instrument_app(wsgi, endpoint=sink.http_endpoint, excluded_urls='/health'))
    try:
        client.get('/health')
        client.get('/')
        assert force_flush()
        assert [span.attributes['url.path'] for span in sink.spans()] == ['/']
    finally:
        uninstrument_app(wsgi)


@pytest.mark.parametrize('make', [lambda: asgi, AsgiObject])
def test_asgi_is_wrapped(sink: OtlpSink, make: Callable[[], Any]) -> None:
    app = instrument_app(make(), 'shop', endpoint=sink.http_endpoint, capture_headers=['x-tenant', 'x-shelf'])
    try:
        assert instrument_app(app) is app
        assert get(app, '/')[0]['status'] == 200
        with pytest.raises(RuntimeError):
            get(app, '/broken')
        assert force_flush()
        good, broken = sink.spans()
        assert good.attributes['http.request.header.x-tenant'] == ['a']
        assert good.attributes['http.response.header.x-shelf'] == ['7']
        assert [attributes_of(event.attributes)['exception.message'] for event in broken.item.events] == [
            'no such shelf'
        ]
    finally:
        uninstrument_app(app)


LIFE = [{'type': 'lifespan.startup'}, {'type': 'lifespan.shutdown'}]


def test_asgi_without_a_lifespan_gets_one_at_whose_end_all_is_sent(sink: OtlpSink) -> None:
    app = instrument_app(AsgiObject(), endpoint=sink.http_endpoint)
    get(app, '/')
    sent = serve(app, {'type': 'lifespan'}, list(LIFE))
    assert [message['type'] for message in sent] == [
        'lifespan.startup.complete',
        'lifespan.shutdown.complete',
    ]
    assert len(sink.spans()) == 1


def test_asgi_with_a_lifespan_keeps_it_and_its_failure_is_seen(sink: OtlpSink) -> None:
    class Living(AsgiObject):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope['type'] != 'lifespan':
                await asgi(scope, receive, send)
                return
            await receive()
            await send({'type': 'lifespan.startup.complete', 'mine': True})
            await receive()
            await send({'type': 'lifespan.shutdown.complete', 'mine': True})

    class Failing(AsgiObject):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await receive()
            raise RuntimeError('no database')

    app = instrument_app(Living(), endpoint=sink.http_endpoint)
    get(app, '/')
    assert all(message['mine'] for message in serve(app, {'type': 'lifespan'}, list(LIFE)))
    assert len(sink.spans()) == 1
    with pytest.raises(RuntimeError, match='no database'):
        serve(instrument_app(Failing()), {'type': 'lifespan'}, list(LIFE))


@pytest.mark.parametrize('thing', [42, 'app', print, AsgiObject, lambda: None])
def test_what_is_no_application_is_refused(thing: object) -> None:
    with pytest.raises(TypeError, match='is no web application: expected Flask'):
        instrument_app(thing, enabled=False)


@pytest.mark.parametrize(
    ('package', 'make', 'extra'),
    [
        ('flask', 'import flask; app = flask.Flask("x")', 'flask'),
        ('asgi', 'import fastapi; app = fastapi.FastAPI()', 'fastapi'),
        ('asgi', 'import starlette.applications as s; app = s.Starlette()', 'asgi'),
        ('wsgi', 'app = lambda environ, start: []', 'wsgi'),
    ],
)
def test_a_missing_extra_is_named_by_the_line_that_installs_it(package: str, make: str, extra: str) -> None:
    script = f"""
import sys
sys.modules['opentelemetry.instrumentation.{package}'] = None
{make}
from ml_otel_bridge import MissingExtraError, instrument_app
try:
    instrument_app(app, enabled=False)
except MissingExtraError as error:
    print(error)
"""
    assert f"pip install 'ml-otel-bridge[{extra}]'" in run_python(script).stdout
