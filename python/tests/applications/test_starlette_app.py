import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, WebSocket
from fastapi.responses import StreamingResponse
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ml_otel_bridge import force_flush, instrument_app, uninstrument_app
from support.otlp_sink import OtlpSink, attributes_of, points_of


def look(name: str) -> str:
    logging.getLogger('shop.items').info('looking for %s', name)
    if name == 'broken':
        raise RuntimeError('no such shelf')
    return name


def fastapi_shop() -> FastAPI:
    app, items = FastAPI(), APIRouter()

    @items.get('/items/{name}')
    def item(name: str) -> PlainTextResponse:
        return PlainTextResponse(look(name))

    @app.get('/stream')
    def stream() -> StreamingResponse:
        def parts() -> Any:
            yield b'one'
            raise RuntimeError('cut')

        return StreamingResponse(parts())

    @app.get('/gone')
    def gone() -> None:
        raise HTTPException(410)

    app.include_router(items)
    return app


def starlette_shop() -> Starlette:
    def item(request: Request) -> PlainTextResponse:
        return PlainTextResponse(look(request.path_params['name']))

    return Starlette(routes=[Route('/items/{name}', item)])


def client_of(app: Any) -> Any:
    make: Any = TestClient
    return make(app, raise_server_exceptions=False)


def get(app: Any, path: str, **headers: str) -> int:
    return client_of(app).get(path, headers=headers).status_code


both = pytest.mark.parametrize('make', [fastapi_shop, starlette_shop])


@both
def test_a_request_becomes_one_server_span_with_logs_and_a_stable_metric(
    sink: OtlpSink, make: Callable[[], Any]
) -> None:
    app = instrument_app(make(), 'corner-shop', endpoint=sink.http_endpoint)
    assert get(app, '/items/pen') == 200
    assert force_flush()
    (span,) = sink.spans()
    assert span.item.name == 'GET /items/{name}'
    assert span.item.kind == span.item.SPAN_KIND_SERVER
    assert span.resource['service.name'] == 'corner-shop'
    assert span.attributes['http.route'] == '/items/{name}'
    assert span.attributes['http.response.status_code'] == 200
    (record,) = sink.logs('looking for pen')
    assert record.item.trace_id == span.item.trace_id
    (duration,) = sink.metrics('http.server.request.duration')
    (point,) = points_of(duration.item)
    assert (duration.item.unit, point.count) == ('s', 1)
    assert attributes_of(point.attributes)['http.route'] == '/items/{name}'
    assert not sink.metrics('http.server.duration')


@both
def test_an_exception_is_recorded_once(sink: OtlpSink, make: Callable[[], Any]) -> None:
    app = instrument_app(make(), endpoint=sink.http_endpoint)
    assert get(app, '/items/broken') == 500
    assert force_flush()
    (span,) = sink.spans()
    (event,) = span.item.events
    assert attributes_of(event.attributes)['exception.message'] == 'no such shelf'
    assert span.item.status.code == span.item.status.STATUS_CODE_ERROR
    assert not [record for record in sink.logs() if record.item.event_name]


def test_an_exception_after_the_response_began_is_recorded_once(sink: OtlpSink) -> None:
    app = instrument_app(fastapi_shop(), endpoint=sink.http_endpoint)
    get(app, '/stream')
    assert force_flush()
    (span,) = sink.spans()
    assert [attributes_of(event.attributes)['exception.message'] for event in span.item.events] == ['cut']


def test_an_answer_that_the_app_meant_is_no_exception(sink: OtlpSink) -> None:
    app = instrument_app(fastapi_shop(), endpoint=sink.http_endpoint)
    assert get(app, '/gone') == 410
    assert get(app, '/nowhere') == 404
    assert force_flush()
    gone, nowhere = sink.spans()
    assert (gone.item.name, list(gone.item.events)) == ('GET /gone', [])
    assert (nowhere.item.name, 'http.route' in nowhere.attributes) == ('GET', False)


@both
def test_it_works_after_the_first_request_and_only_once(sink: OtlpSink, make: Callable[[], Any]) -> None:
    app = make()
    built: list[Any] = []

    class Counting(BaseHTTPMiddleware):
        def __init__(self, inner: Any) -> None:
            super().__init__(inner)
            built.append(self)

    app.add_middleware(Counting)
    get(app, '/items/early')
    assert instrument_app(app, endpoint=sink.http_endpoint) is app
    assert instrument_app(app, endpoint=sink.http_endpoint) is app
    get(app, '/items/late')
    assert force_flush()
    assert [span.attributes['url.path'] for span in sink.spans()] == ['/items/late']
    assert len(built) == 1


@both
def test_uninstrumented_it_is_as_before(sink: OtlpSink, make: Callable[[], Any]) -> None:
    app = instrument_app(make(), endpoint=sink.http_endpoint)
    get(app, '/items/one')
    assert uninstrument_app(app) is app
    # FastAPI's own spans are its own affair.
    if isinstance(app, FastAPI):
        native: Any = vars(app)['_native_telemetry']
        native.config.update(tracing=False, metrics=False, logs=False)
    get(app, '/items/two')
    instrument_app(app)
    get(app, '/items/three')
    assert force_flush()
    assert [span.attributes['url.path'] for span in sink.spans()] == ['/items/one', '/items/three']


@both
def test_urls_are_left_out_and_headers_are_kept_without_their_secrets(
    sink: OtlpSink, make: Callable[[], Any]
) -> None:
    app = instrument_app(
        make(),
        endpoint=sink.http_endpoint,
        excluded_urls='/health,items/quiet',
        capture_headers=['X-Tenant', 'Authorization', 'Content-Length'],
    )
    get(app, '/items/quiet')
    get(app, '/items/pen', **{'X-Tenant': 'a', 'Authorization': 'Bearer secret'})
    assert force_flush()
    (span,) = sink.spans()
    assert span.attributes['http.request.header.x-tenant'] == ['a']
    assert span.attributes['http.request.header.authorization'] == ['[REDACTED]']
    assert span.attributes['http.response.header.content-length'] == ['3']


def test_the_end_of_the_lifespan_sends_what_is_left_and_the_apps_own_lifespan_runs(sink: OtlpSink) -> None:
    ran: list[str] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, int]]:
        ran.append('start')
        yield {'state': 1}
        ran.append('end')

    app = FastAPI(lifespan=lifespan)
    app.add_api_route('/', lambda: 'ok')
    instrument_app(app, endpoint=sink.http_endpoint)
    with client_of(app) as client:
        client.get('/')
    assert ran == ['start', 'end']
    # No flush, no shutdown, no batch that was due.
    assert [span.item.name for span in sink.spans()] == ['GET /']


def test_a_websocket_is_one_span(sink: OtlpSink) -> None:
    app = fastapi_shop()

    @app.websocket('/live')
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text('hello')
        await socket.close()

    instrument_app(app, endpoint=sink.http_endpoint)
    with client_of(app).websocket_connect('/live') as socket:
        assert socket.receive_text() == 'hello'
    assert force_flush()
    assert [span.attributes['http.route'] for span in sink.spans()] == ['/live']
