"""What a run does when the receiver is away, slow, full, strict or partial."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.runs.support import gauge_points, metric_names, quiet
from tests.support.otlp_sink import Answer, OtlpSink

from ml_otel_bridge import Run, init_run
from ml_otel_bridge._internal.runs import sync_spools
from ml_otel_bridge._internal.settings.settings import read_settings

Start = Callable[..., Run]


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which connections are made and nothing is ever answered."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        yield f'http://127.0.0.1:{listener.getsockname()[1]}'


def logged(run: Run, steps: int) -> Run:
    for step in range(steps):
        run.log({'loss': step / 2, 'samples_per_second': 2.0}, step=step)
    return run


def steps_of(sink: OtlpSink) -> list[int]:
    return [point['batch'] for point in gauge_points(sink, 'ml.training.loss')]


@pytest.mark.parametrize('status', [429, 502, 503, 504])
def test_a_receiver_that_is_busy_is_asked_again(status: int, sink: OtlpSink, start: Start) -> None:
    sink.answer(Answer(status=status))
    run = logged(start('mnist'), 50)
    sink.wait_for(lambda: sink.refused >= 2)
    sink.answer(Answer())
    assert run.flush()
    assert steps_of(sink) == list(range(50))
    assert run.dropped == 0


def test_a_receiver_that_says_when_is_not_asked_before(sink: OtlpSink, start: Start) -> None:
    sink.answer(Answer(status=429, retry_after='120'), 'metrics')
    run = logged(start('mnist'), 50)
    assert not run.flush(timeout=1.0)
    # Once for the metrics: neither the interval nor the flush asks again.
    assert sink.refused == 1
    assert steps_of(sink) == []


@pytest.mark.parametrize('status', [400, 418, 500])
def test_what_is_refused_for_good_is_dropped_counted_and_said(
    status: int, sink: OtlpSink, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    sink.answer(Answer(status=status), 'metrics')
    run = logged(start('mnist'), 50)
    assert run.flush()
    assert run.dropped == 50
    sink.answer(Answer())
    run.log({'loss': 1.0}, step=50)
    assert run.finish()
    assert steps_of(sink) == [50]
    assert sum('refused telemetry for good' in record.message for record in caplog.records) == 1


@pytest.mark.parametrize('status', [401, 404])
def test_a_wrong_address_or_token_loses_nothing(
    status: int, sink: OtlpSink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sink.answer(Answer(status=status))
    run = logged(init_run('mnist', endpoint=sink.http_endpoint, dir=tmp_path, **quiet), 50)
    assert not run.finish()
    assert 'ml-otel-py sync' in caplog.text
    sink.answer(Answer())
    report = sync_spools(tmp_path, read_settings({'endpoint': sink.http_endpoint}, {}))
    assert (report.spools, report.steps, report.remaining) == (1, 50, 0)
    assert steps_of(sink) == list(range(50))


def test_a_receiver_without_logs_is_not_asked_again_and_gets_the_steps(sink: OtlpSink, start: Start) -> None:
    sink.answer(Answer(status=404), 'logs')
    run = logged(start('mnist', config={'lr': 1}), 50)
    assert run.flush()
    run.config['lr'] = 2
    assert run.finish()
    assert (sink.refused, steps_of(sink)) == (1, list(range(50)))


def test_partial_success_is_counted(sink: OtlpSink, start: Start) -> None:
    sink.answer(Answer(rejected=7, message='too old'), 'metrics')
    run = logged(start('mnist'), 50)
    assert run.flush()
    assert run.refused == {'the receiver rejected a part of what it was sent': 7}


@pytest.mark.parametrize('limit', [1_000_000, 100_000, 20_000])
def test_a_request_that_is_too_large_is_halved_until_it_is_taken(
    limit: int, sink: OtlpSink, start: Start
) -> None:
    sink.largest = limit
    run = start('mnist')
    for step in range(3_000):
        run.log(
            {'loss': float(step), 'samples_per_second': 1.0, **{f'm{i}': 1.0 for i in range(18)}}, step=step
        )
    assert run.flush()
    assert sink.refused > 0
    assert max(received.message.ByteSize() for received in sink.of('metrics')) <= limit
    assert steps_of(sink) == list(range(3_000))
    counts = [
        seen.item.histogram.data_points[0].count for seen in sink.metrics('ml.training.samples_per_second')
    ]
    assert (counts, counts[-1]) == (sorted(counts), 3_000)
    assert (run.dropped, run.refused) == (0, {})


def test_one_step_that_is_too_large_is_dropped_and_the_next_is_sent(sink: OtlpSink, start: Start) -> None:
    sink.largest = 20_000
    run = start('mnist')
    run.log({f'm{i}': 1.0 for i in range(900)}, step=1)
    run.log({'loss': 1.0}, step=2)
    assert run.flush()
    assert (run.dropped, steps_of(sink)) == (1, [2])


def test_requests_are_below_four_mebibytes_and_one_after_the_other(sink: OtlpSink, start: Start) -> None:
    run = start('m' * 256, dataset='d' * 256, id='i' * 256)
    for step in range(1_500):
        run.log({f'{i}' * 60: float(i) for i in range(10, 30)}, step=step)
    assert run.finish()
    sizes = [received.message.ByteSize() for received in sink.of('metrics')]
    assert sum(sizes) > 8 * 1024 * 1024
    assert max(sizes) <= 4 * 1024 * 1024
    assert run.dropped == 0


@pytest.mark.parametrize('kind', ['closed', 'silent', 'hanging'])
def test_the_end_does_not_wait_for_a_receiver_that_is_away(
    kind: str, sink: OtlpSink, nobody: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if kind == 'hanging':
        sink.answer(Answer(hang=True))
    endpoint = {'closed': 'http://127.0.0.1:9', 'silent': nobody, 'hanging': sink.http_endpoint}[kind]
    begun = time.monotonic()
    run = logged(init_run('mnist', endpoint=endpoint, dir=tmp_path, **quiet), 50)
    assert not run.finish()
    # Without the limits it would be tens of seconds.
    assert time.monotonic() - begun < 15
    assert str(run.directory) in caplog.text

    sink.answer(Answer())
    report = sync_spools(tmp_path, read_settings({'endpoint': sink.http_endpoint}, {}))
    assert report.spools == 1
    assert sorted({*steps_of(sink)}) == list(range(50))


def test_over_grpc_it_is_the_same(sink: OtlpSink, start: Start) -> None:
    sink.answer(Answer(status=503))
    run = logged(start('mnist', endpoint=sink.grpc_endpoint, protocol='grpc', headers={'x-team': 'a'}), 50)
    sink.wait_for(lambda: sink.refused >= 1)
    sink.answer(Answer())
    assert run.finish()
    assert steps_of(sink) == list(range(50))
    assert {received.protocol for received in sink.received} == {'grpc'}
    assert {received.headers['x-team'] for received in sink.received} == {'a'}


def test_over_grpc_exhausted_without_a_word_is_refused_and_unimplemented_keeps_all(
    sink: OtlpSink, tmp_path: Path
) -> None:
    sink.answer(Answer(status=429), 'metrics')
    arguments: dict[str, Any] = {'endpoint': sink.grpc_endpoint, 'protocol': 'grpc', 'dir': tmp_path, **quiet}
    run = logged(init_run('mnist', **arguments), 5)
    assert run.flush()
    assert run.dropped == 5
    sink.answer(Answer(status=404), 'metrics')
    assert not logged(run, 5).finish()
    assert run.dropped == 5


def test_a_receiver_that_went_away_is_said_once(
    sink: OtlpSink, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    sink.answer(Answer(status=503))
    run = logged(start('mnist'), 1)
    sink.wait_for(lambda: sink.refused >= 4)
    sink.answer(Answer())
    assert run.finish()
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1


def test_our_own_requests_are_gzipped_where_the_variable_says_so(
    sink: OtlpSink, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip')
    assert logged(start('mnist'), 50).finish()
    assert {received.headers['content-encoding'] for received in sink.received} == {'gzip'}
    assert 'ml.training.loss' in metric_names(sink)
