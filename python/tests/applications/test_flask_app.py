import logging

import pytest
from flask import Flask, abort

from ml_otel_bridge import force_flush, instrument_app, uninstrument_app
from support.otlp_sink import OtlpSink, attributes_of, points_of


def shop() -> Flask:
    app = Flask('shop')

    @app.get('/items/<name>')
    def item(name: str) -> str:
        logging.getLogger('shop.items').info('looking for %s', name)
        if name == 'broken':
            raise RuntimeError('no such shelf')
        return name

    return app


def test_a_request_becomes_one_server_span_with_logs_and_a_stable_metric(sink: OtlpSink) -> None:
    app = instrument_app(shop(), 'corner-shop', endpoint=sink.http_endpoint)
    assert app.test_client().get('/items/pen').status_code == 200
    assert force_flush()
    (span,) = sink.spans()
    assert span.item.name == 'GET /items/<name>'
    assert span.item.kind == span.item.SPAN_KIND_SERVER
    assert span.resource['service.name'] == 'corner-shop'
    assert span.attributes['http.route'] == '/items/<name>'
    assert span.attributes['http.response.status_code'] == 200
    (record,) = sink.logs('looking for pen')
    assert record.item.trace_id == span.item.trace_id
    assert record.item.span_id == span.item.span_id
    (duration,) = sink.metrics('http.server.request.duration')
    assert duration.item.unit == 's'
    (point,) = points_of(duration.item)
    assert point.count == 1
    assert attributes_of(point.attributes)['http.route'] == '/items/<name>'
    assert not sink.metrics('http.server.duration')


def test_an_exception_is_recorded_once(sink: OtlpSink) -> None:
    app = instrument_app(shop(), endpoint=sink.http_endpoint)
    assert app.test_client().get('/items/broken').status_code == 500
    assert force_flush()
    (span,) = sink.spans()
    (event,) = span.item.events
    assert attributes_of(event.attributes)['exception.message'] == 'no such shelf'
    assert span.item.status.code == span.item.status.STATUS_CODE_ERROR


def test_a_request_that_a_hook_of_the_app_answers_has_its_span_too(sink: OtlpSink) -> None:
    app = shop()

    @app.before_request
    def refuse() -> None:
        abort(401)

    instrument_app(app, endpoint=sink.http_endpoint)
    assert app.test_client().get('/items/pen').status_code == 401
    assert force_flush()
    assert [span.attributes['http.response.status_code'] for span in sink.spans()] == [401]


def test_it_works_after_the_first_request_and_only_once(sink: OtlpSink) -> None:
    app = shop()
    client = app.test_client()
    client.get('/items/early')
    assert instrument_app(app, endpoint=sink.http_endpoint) is app
    assert instrument_app(app, endpoint=sink.http_endpoint) is app
    client.get('/items/late')
    assert force_flush()
    assert [span.attributes['url.path'] for span in sink.spans()] == ['/items/late']


def test_uninstrumented_it_is_as_before(sink: OtlpSink) -> None:
    app = instrument_app(shop(), endpoint=sink.http_endpoint)
    client = app.test_client()
    client.get('/items/one')
    assert uninstrument_app(app) is app
    client.get('/items/two')
    instrument_app(app)
    client.get('/items/three')
    assert force_flush()
    assert [span.attributes['url.path'] for span in sink.spans()] == ['/items/one', '/items/three']


def test_urls_are_left_out_and_headers_are_kept_without_their_secrets(sink: OtlpSink) -> None:
    app = instrument_app(
        shop(),
        endpoint=sink.http_endpoint,
        excluded_urls=['/health', 'items/quiet'],
        capture_headers=['X-Tenant', 'Authorization', 'Content-Length'],
    )
    client = app.test_client()
    client.get('/items/quiet')
    client.get('/items/pen', headers={'X-Tenant': 'a', 'Authorization': 'Bearer secret'})
    assert force_flush()
    (span,) = sink.spans()
    assert span.attributes['http.request.header.x-tenant'] == ['a']
    assert span.attributes['http.request.header.authorization'] == ['[REDACTED]']
    assert span.attributes['http.response.header.content-length'] == ['3']


@pytest.mark.parametrize(('given', 'expected'), [(None, 'from-factory'), ('named', 'named')])
def test_apps_of_a_factory_share_one_client_and_have_a_name(
    sink: OtlpSink, given: str | None, expected: str
) -> None:
    def create_app() -> Flask:
        app = Flask('from-factory')
        app.add_url_rule('/', view_func=lambda: 'ok')
        return instrument_app(app, given, endpoint=sink.http_endpoint)

    for app in (create_app(), create_app()):
        app.test_client().get('/')
    assert force_flush()
    assert [span.resource['service.name'] for span in sink.spans()] == [expected, expected]


def test_a_trace_that_comes_in_goes_on(sink: OtlpSink) -> None:
    app = instrument_app(shop(), endpoint=sink.http_endpoint)
    trace = '0af7651916cd43dd8448eb211c80319c'
    app.test_client().get('/items/pen', headers={'traceparent': f'00-{trace}-b7ad6b7169203331-01'})
    assert force_flush()
    assert sink.spans()[0].item.trace_id.hex() == trace
