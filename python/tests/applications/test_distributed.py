"""One trace over two services that run for real: FastAPI under uvicorn calls Flask under gunicorn."""

from pathlib import Path

import httpx

from support.children import Server
from support.otlp_sink import OtlpSink, Seen

APPS = Path(__file__).parent / 'served'
FLASK = ('gunicorn', '--bind', '127.0.0.1:0', '--no-control-socket', 'flask_shop:app')
FASTAPI = ('uvicorn', '--port', '0', 'gateway:app')


def test_a_trace_goes_on_in_the_next_service_with_the_logs_of_both() -> None:
    with OtlpSink() as sink:
        shop = {'ML_OTEL_ENDPOINT': sink.http_endpoint, 'ML_OTEL_SERVICE_NAME': 'shop'}
        with Server(FLASK, APPS, shop) as below:
            gateway = {'ML_OTEL_ENDPOINT': sink.http_endpoint, 'SHOP': below.url}
            with Server(FASTAPI, APPS, gateway) as above:
                for number, way in enumerate(('httpx', 'requests', 'urllib'), 1):
                    url = f'{above.url}/{way}'
                    with httpx.Client(transport=httpx.HTTPTransport(retries=7), timeout=30) as client:
                        assert client.get(url).json() == 200
                    check(sink, way, number)


def check(sink: OtlpSink, way: str, number: int) -> None:
    (entry,) = sink.wait_for(lambda: sink.spans(f'GET /{way}'))
    trace = entry.item.trace_id

    def spans(service: str) -> list[Seen]:
        return [
            seen
            for seen in sink.spans()
            if seen.item.trace_id == trace and seen.resource['service.name'] == service
        ]

    (inner,) = sink.wait_for(lambda: spans('shop'))
    sink.wait_for(lambda: len(spans('gateway')) == 2)
    # One span for the request that came in, one for the call that went out, and the other service's below it.
    (outgoing,) = (seen for seen in spans('gateway') if seen.item.kind == seen.item.SPAN_KIND_CLIENT)
    assert outgoing.item.parent_span_id == entry.item.span_id
    assert inner.item.parent_span_id == outgoing.item.span_id
    assert inner.item.kind == inner.item.SPAN_KIND_SERVER
    for body, span in ((f'asking by {way}', entry), (f'item {number}', inner)):
        (record,) = sink.wait_for(lambda body=body: sink.logs(body))
        assert (record.item.trace_id, record.item.span_id) == (trace, span.item.span_id)
        assert record.resource['service.name'] == span.resource['service.name']
