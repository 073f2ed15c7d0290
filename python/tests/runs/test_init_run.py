"""What `init_run` takes, makes of it, and says."""

import argparse
import dataclasses
import importlib
import re
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.runs.support import gauge_points, quiet
from tests.support.otlp_sink import OtlpSink, plain

from ml_otel_bridge import Run, init_run
from ml_otel_bridge._internal.runs.identity.environment import hide_secrets
from ml_otel_bridge._internal.runs.identity.ranks import rank_from, shared_id_from
from ml_otel_bridge._internal.runs.values.plain import PlainCopy
from ml_otel_bridge._internal.runs.values.timestamps import to_nanoseconds

Start = Callable[..., Run]


@pytest.fixture
def explorer() -> Iterator[str]:
    """Something that answers `/healthz`, as the explorer does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == '/healthz' else 404)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = HTTPServer(('127.0.0.1', 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05})
    thread.start()
    yield f'http://127.0.0.1:{server.server_port}'
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_prints_the_page_of_the_run(
    start: Start, explorer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv('ML_OTEL_URL', explorer)
    run = start('mnist', id='a run/1')
    assert run.url == f'{explorer}/runs/a%20run%2F1'
    assert capsys.readouterr().err == f'ml-otel-bridge: run {explorer}/runs/a%20run%2F1\n'


def test_it_says_where_data_goes_where_there_is_no_page(
    start: Start, sink: OtlpSink, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv('ML_OTEL_URL', 'http://127.0.0.1:9')
    run = start('mnist', id='r1')
    assert run.url is None
    assert capsys.readouterr().err == f'ml-otel-bridge: run r1 goes to {sink.http_endpoint}/v1/metrics\n'


def test_it_says_where_the_spool_lies_where_nobody_answers(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    run = start('mnist', id='r1', endpoint='http://127.0.0.1:9')
    said = capsys.readouterr().err
    assert said.startswith(
        'ml-otel-bridge: nobody answers at http://127.0.0.1:9/v1/metrics: run r1 is kept in '
    )
    assert str(run.directory) in said


def test_only_the_first_rank_speaks(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    start('mnist', rank=1)
    assert capsys.readouterr().err == ''


@pytest.mark.parametrize(
    ('arguments', 'field'),
    [
        ({'project': ''}, 'project'),
        ({'project': 'a' * 257}, 'project'),
        ({'project': 'p', 'id': 'a\nb'}, 'id'),
        ({'project': 'p', 'mode': 'on'}, 'mode'),
        ({'project': 'p', 'rank': -1}, 'rank'),
        ({'project': 'p', 'protocol': 'udp'}, 'protocol'),
        ({'project': 'p', 'endpoint': 'ftp://x'}, 'endpoint'),
    ],
)
def test_what_cannot_be_used_is_named(arguments: dict[str, Any], field: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=field):
        init_run(**arguments, dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_ids_are_unlike_and_readable(start: Start) -> None:
    ids = {start('My project: x', name='try 1').id for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r'try-1-\d{8}-\d{6}-[0-9a-f]{6}', one) for one in ids)


def test_resume_goes_on_with_the_last_run_of_the_project(start: Start) -> None:
    first = start('mnist')
    start('other')
    assert start('mnist', resume=True).id == first.id
    assert start('mnist').id != first.id
    assert start('never', resume=True).id.startswith('never-')


def test_a_resumed_run_says_that_it_started_again(sink: OtlpSink, start: Start) -> None:
    for begin in (0, 3):
        run = start('mnist', id='r1')
        for step in range(begin, begin + 5):
            run.log({'loss': 1.0}, step=step)
        run.finish()
    started = [seen for seen in sink.logs() if seen.item.event_name == 'ml.run.started']
    assert len({seen.item.time_unix_nano for seen in started}) == 2
    assert [point['batch'] for point in gauge_points(sink, 'ml.training.loss')] == [
        0,
        1,
        2,
        3,
        4,
        3,
        4,
        5,
        6,
        7,
    ]


def test_the_modes_of_the_environment(
    sink: OtlpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('ML_OTEL_MODE', 'offline')
    monkeypatch.setenv('ML_OTEL_DIR', str(tmp_path / 'here'))
    monkeypatch.setenv('ML_OTEL_RUN_ID', 'given')
    with init_run('mnist', endpoint=sink.http_endpoint, **quiet) as run:
        assert run.id == 'given'
        assert run.directory is not None
        assert run.directory.parent == tmp_path / 'here'
    monkeypatch.setenv('OTEL_SDK_DISABLED', 'true')
    with init_run('mnist', endpoint=sink.http_endpoint, mode='online', **quiet) as run:
        assert run.directory is None
    assert sink.received == []


@pytest.mark.parametrize(
    ('environ', 'rank', 'shared'),
    [
        ({}, None, None),
        ({'RANK': '3', 'WORLD_SIZE': '8', 'TORCHELASTIC_RUN_ID': 'none', 'SLURM_JOB_ID': '77'}, 3, '77'),
        ({'RANK': '0', 'WORLD_SIZE': '1'}, None, None),
        ({'RANK': '0'}, 0, None),
        ({'SLURM_PROCID': '0', 'SLURM_NTASKS': '1', 'SLURM_JOB_ID': '77'}, None, '77'),
        ({'SLURM_PROCID': '1', 'SLURM_NTASKS': '2', 'SLURM_JOB_ID': '77'}, 1, '77'),
        ({'OMPI_COMM_WORLD_RANK': '2', 'OMPI_COMM_WORLD_SIZE': '4'}, 2, None),
        ({'RANK': 'first'}, None, None),
    ],
)
def test_ranks_of_launchers(environ: dict[str, str], rank: int | None, shared: str | None) -> None:
    assert rank_from(environ) == rank
    assert shared_id_from(environ) == shared


def test_the_ranks_of_a_job_have_one_id(
    start: Start, sink: OtlpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {'SLURM_NTASKS': '2', 'SLURM_JOB_ID': '77'}.items():
        monkeypatch.setenv(name, value)
    for rank in ('0', '1'):
        monkeypatch.setenv('SLURM_PROCID', rank)
        run = start('mnist')
        run.log({'loss': 1.0})
        run.finish()
    points = gauge_points(sink, 'ml.training.loss')
    assert [(p['attributes']['job.id'], p['attributes']['rank']) for p in points] == [
        ('mnist-77', 0),
        ('mnist-77', 1),
    ]


@dataclasses.dataclass
class Options:
    lr: float = 0.1
    layers: tuple[int, ...] = (1, 2)


@pytest.mark.parametrize(
    'config', [{'lr': 0.1, 'layers': [1, 2]}, Options(), argparse.Namespace(lr=0.1, layers=(1, 2))]
)
def test_configurations(config: Any, start: Start, sink: OtlpSink) -> None:
    run = start('mnist', config=config)
    assert dict(run.config) == {'lr': 0.1, 'layers': [1, 2]}
    run.summary['best'] = 0.9
    run.log({'loss': 0.25})
    assert dict(run.summary) == {'loss': 0.25, 'best': 0.9}
    run.finish()
    *_, last = [seen.item.body for seen in sink.logs() if seen.item.event_name == 'ml.run.config']
    assert plain(last) == {'lr': 0.1, 'layers': [1, 2], 'summary': {'best': 0.9}}


def test_a_configuration_that_is_none_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match='config'):
        init_run('mnist', config='lr=1', dir=tmp_path, mode='offline')


def test_configurations_become_plain_and_stay_within_limits() -> None:
    loop: list[Any] = []
    loop.append(loop)
    copied: Any = PlainCopy().copy(
        {
            'type': int,
            'path': Path('a'),
            'long': 'x' * 100_000,
            'loop': loop,
            3: {4},
            'many': [0] * 100_000,
            'last': 1,
        }
    )
    assert copied['path'] == 'a'
    assert copied['type'] == "<class 'int'>"
    assert len(copied['long']) == 65_536
    assert copied['3'] == [4]
    assert len(copied['many']) < 10_001
    assert PlainCopy().copy(2**70) == 2**70


def configs(sink: OtlpSink) -> list[Any]:
    return [plain(seen.item.body) for seen in sink.logs() if seen.item.event_name == 'ml.run.config']


def test_the_environment_goes_into_the_configuration(start: Start, sink: OtlpSink) -> None:
    run = start('mnist', environment=True, config={'lr': 0.1})
    found = sink.wait_for(lambda: next((config for config in configs(sink) if 'environment' in config), None))
    run.finish()
    assert found['lr'] == 0.1
    environment = found['environment']
    assert re.fullmatch(r'[0-9a-f]{40}', environment['git']['commit'])
    assert environment['packages']['pytest']
    assert environment['command'] == hide_secrets(sys.orig_argv)


def test_system_metrics_go_along(start: Start, sink: OtlpSink) -> None:
    run = start('mnist', id='r1', system_metrics=True)
    found = sink.wait_for(lambda: sink.metrics('process.memory.usage'))
    run.finish()
    assert found[0].resource['service.name'] == 'mnist'
    assert 'service.instance.id' not in found[0].resource
    [point] = found[0].item.sum.data_points
    assert {pair.key: pair.value.string_value for pair in point.attributes}['job.id'] == 'r1'
    assert point.as_double > 1_000_000


def test_heartbeats_say_their_interval(start: Start, sink: OtlpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module('ml_otel_bridge._internal.runs.init_run')
    monkeypatch.setattr(module, 'HEARTBEAT_SECONDS', 0.3)
    run = start('mnist')
    beats = sink.wait_for(lambda: [s for s in sink.logs() if s.item.event_name == 'ml.run.heartbeat'])
    run.finish()
    assert beats[0].attributes['ml.run.heartbeat.interval'] == 0.3


NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
NOON_NS = 1_769_860_800_000_000_000


@pytest.mark.parametrize(
    ('timestamp', 'expected', 'told'),
    [
        (NOON, NOON_NS, 0),
        (NOON.astimezone(timezone(timedelta(hours=2))), NOON_NS, 0),
        (NOON.replace(tzinfo=None), NOON_NS, 1),
        (1_769_860_800, NOON_NS, 0),
        (1_769_860_800.25, NOON_NS + 250_000_000, 0),
        (NOON_NS + 7, NOON_NS + 7, 0),
        (1_769_860_800_000, None, 1),
        (-1.0, None, 1),
        (float('nan'), None, 1),
        (float('inf'), None, 1),
        (1e18, None, 1),
        (True, None, 1),
        ('2026-01-31', None, 1),
        (datetime(1900, 1, 1, tzinfo=timezone.utc), None, 1),
    ],
)
def test_timestamps(timestamp: Any, expected: int | None, told: int) -> None:
    said: list[str] = []
    assert to_nanoseconds(timestamp, lambda cause, _: said.append(cause)) == expected
    assert len(said) == told


def test_times_that_were_given_are_kept_and_those_of_tomorrow_are_not(start: Start, sink: OtlpSink) -> None:
    run = start('mnist')
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    run.log({'loss': 1.0}, timestamp=NOON)
    run.log({'loss': 2.0}, timestamp=tomorrow)
    run.log({'loss': 1.0}, timestamp=NOON)
    run.finish()
    first, second = gauge_points(sink, 'ml.training.loss')
    assert (first['time'], first['value']) == (NOON_NS, 1.0)
    # The run began after that: its start would come after the point.
    assert first['start'] == 0
    assert second['time'] < tomorrow.timestamp() * 1e9 - 3_600e9


def test_secrets_of_a_command_line_are_hidden() -> None:
    command = [
        'python',
        'train.py',
        '--token',
        'abc',
        '--api-key=def',
        '--lr',
        '0.1',
        'https://u:p@host/x',
        '--auth',
        '--b',
    ]
    assert hide_secrets(command) == [
        'python',
        'train.py',
        '--token',
        '(hidden)',
        '--api-key=(hidden)',
        '--lr',
        '0.1',
        'https://(hidden)@host/x',
        '--auth',
        '--b',
    ]
