"""Each way to serve an app: what it recorded arrives although the process is told to end by SIGTERM."""

import shutil
import signal
from pathlib import Path

import httpx
import pytest

from support.children import ONLY_AT_THE_END, Server
from support.otlp_sink import OtlpSink, Seen, points_of

APPS = Path(__file__).parent / 'served'
REQUESTS = 12
UVICORN = ('uvicorn', '--port', '0')
GUNICORN = ('gunicorn', '--bind', '127.0.0.1:0', '--no-control-socket')


@pytest.mark.parametrize(
    ('command', 'workers'),
    [
        ((*UVICORN, 'fastapi_shop:app'), 1),
        ((*UVICORN, 'fastapi_shop:app', '--workers', '2'), 2),
        ((*UVICORN, 'flask_shop:app', '--interface', 'wsgi'), 1),
        ((*GUNICORN, 'flask_shop:app', '--workers', '2'), 2),
        ((*GUNICORN, 'flask_shop:app', '--workers', '2', '--preload'), 2),
        ((*GUNICORN, 'flask_shop:app', '--threads', '2'), 1),
        ((*GUNICORN, 'fastapi_shop:app', '--worker-class', 'asgi', '--preload'), 1),
        ((*GUNICORN, 'fastapi_shop:app', '--worker-class', 'uvicorn.workers.UvicornWorker'), 1),
        (('flask', '--app', 'flask_shop', 'run', '--port', '0'), 1),
    ],
    ids=str,
)
def test_nothing_is_lost_when_the_server_is_told_to_end(command: tuple[str, ...], workers: int) -> None:
    with OtlpSink() as sink:
        variables = {
            **ONLY_AT_THE_END,
            'ML_OTEL_ENDPOINT': sink.http_endpoint,
            'ML_OTEL_SERVICE_NAME': 'shop',
        }
        with Server(command, APPS, variables) as server:
            pids = ask(server.url, at_least=workers)
            assert server.stop() in {0, -signal.SIGTERM}, server.output
            expect_all(sink, sum(pids.values()), len(pids))


def test_uvicorn_with_reload_loses_nothing_of_the_process_that_it_replaces(tmp_path: Path) -> None:
    shutil.copy(APPS / 'fastapi_shop.py', tmp_path)
    with OtlpSink() as sink:
        variables = {
            **ONLY_AT_THE_END,
            'ML_OTEL_ENDPOINT': sink.http_endpoint,
            'ML_OTEL_SERVICE_NAME': 'shop',
        }
        with Server((*UVICORN, 'fastapi_shop:app', '--reload'), tmp_path, variables) as server:
            server.wait_for_line('Application startup complete')
            first = ask(server.url, at_least=1)
            source = tmp_path / 'fastapi_shop.py'
            source.write_text(source.read_text() + '\nreloaded = True\n')
            expect_all(sink, sum(first.values()), 1)
            server.wait_for_line('Application startup complete(?s:.*)Application startup complete')
            second = ask(server.url, at_least=1)
            assert not set(first) & set(second)
            server.stop()
            expect_all(sink, sum(first.values()) + sum(second.values()), 2)


def ask(url: str, at_least: int) -> dict[int, int]:
    """Requests by the process that answered them, from at least so many processes."""
    pids: dict[int, int] = {}
    # A server of several processes says its address before anyone listens.
    with httpx.Client(timeout=30, transport=httpx.HTTPTransport(retries=7)) as client:
        # A worker may take seconds to begin, in which the other answers hundreds.
        for number in range(20_000):
            # A connection stays with its worker.
            answer = client.get(f'{url}/items/{number}', headers={'connection': 'close'})
            assert answer.status_code == 200
            pid = answer.json()['pid']
            pids[pid] = pids.get(pid, 0) + 1
            if number >= REQUESTS and len(pids) >= at_least:
                return pids
    raise AssertionError(f'only {pids} answered')


def expect_all(sink: OtlpSink, requests: int, processes: int) -> None:
    sink.wait_for(lambda: len(server_spans(sink)) >= requests)
    sink.wait_for(lambda: len(item_logs(sink)) >= requests)
    sink.wait_for(lambda: sum(counts(sink).values()) >= requests)
    spans, logs = server_spans(sink), item_logs(sink)
    assert (len(spans), len(logs), sum(counts(sink).values())) == (requests, requests, requests)
    assert {seen.item.trace_id for seen in spans} == {seen.item.trace_id for seen in logs}
    # Processes do not pass for one another: their counts would overwrite each other.
    assert len(counts(sink)) == processes
    assert {seen.resource['service.instance.id'] for seen in spans} == set(counts(sink))


def server_spans(sink: OtlpSink) -> list[Seen]:
    return [seen for seen in sink.spans() if seen.item.kind == seen.item.SPAN_KIND_SERVER]


def item_logs(sink: OtlpSink) -> list[Seen]:
    return [seen for seen in sink.logs() if seen.item.body.string_value.startswith('item ')]


def counts(sink: OtlpSink) -> dict[str, int]:
    """Requests as the last metrics of each process count them."""
    last: dict[str, int] = {}
    for seen in sink.metrics('http.server.request.duration'):
        last[seen.resource['service.instance.id']] = sum(point.count for point in points_of(seen.item))
    return last
