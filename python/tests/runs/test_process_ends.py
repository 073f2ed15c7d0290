"""However a process ends, what was logged arrives, once, and the run's last word is the right one."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.runs.support import gauge_points
from tests.support.otlp_sink import OtlpSink

from ml_otel_bridge._internal.runs import sync_spools
from ml_otel_bridge._internal.settings.settings import read_settings

PYTHON = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    code: int
    errors: str
    seconds: float


def end(way: str, endpoint: str, directory: Path) -> Ended:
    begun = time.monotonic()
    environment = {
        **os.environ,
        'PYTHONPATH': 'src',
        'ML_OTEL_ENDPOINT': endpoint,
        'ML_OTEL_DIR': str(directory),
        # Whether os.fork is wise with threads is not what is asked here.
        'PYTHONWARNINGS': 'ignore::DeprecationWarning',
    }
    done = subprocess.run(
        [sys.executable, '-m', 'tests.runs.programs.ends', way],
        cwd=PYTHON,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stderr, time.monotonic() - begun)


def last_words(sink: OtlpSink) -> dict[str, str]:
    finished = [seen for seen in sink.logs() if seen.item.event_name == 'ml.run.finished']
    words = {seen.attributes['job.id']: seen.attributes['ml.run.status'] for seen in finished}
    assert len(words) == len(finished)
    return words


def logged(sink: OtlpSink) -> list[tuple[str, int, float]]:
    points = gauge_points(sink, 'ml.training.loss')
    return sorted((point['attributes']['job.id'], point['batch'], point['value']) for point in points)


@pytest.mark.parametrize(
    ('way', 'code', 'status'),
    [
        ('returns', 0, 'finished'),
        ('raises', 1, 'failed'),
        ('interrupted', -signal.SIGINT, 'failed'),
        ('terminated', -signal.SIGTERM, 'failed'),
    ],
)
def test_the_last_word(way: str, code: int, status: str, sink: OtlpSink, tmp_path: Path) -> None:
    ended = end(way, sink.http_endpoint, tmp_path)
    assert ended.code == code, ended.errors
    assert last_words(sink) == {'r1': status}
    assert logged(sink) == [('r1', 0, 0.0)]
    if way == 'raises':
        assert 'RuntimeError: diverged' in ended.errors
        assert 'exception' in {seen.item.event_name for seen in sink.logs()}


def test_a_handler_of_the_programs_own_is_called_after_ours(sink: OtlpSink, tmp_path: Path) -> None:
    ended = end('terminated_with_a_handler_of_its_own', sink.http_endpoint, tmp_path)
    assert ended.code == 7, ended.errors
    assert last_words(sink) == {'r1': 'finished', 'again': 'failed'}


def test_a_signal_within_flush_does_not_hang(sink: OtlpSink, tmp_path: Path) -> None:
    ended = end('terminated_while_it_flushes', sink.http_endpoint, tmp_path)
    assert ended.code == -signal.SIGTERM, ended.errors
    sync_spools(tmp_path, read_settings({'endpoint': sink.http_endpoint}, {}))
    assert last_words(sink) == {'r1': 'failed'}


def test_forked_children_neither_hang_nor_send(sink: OtlpSink, tmp_path: Path) -> None:
    ended = end('forks', sink.http_endpoint, tmp_path)
    assert ended.code == 0, ended.errors
    assert last_words(sink) == {'r1': 'finished'}
    assert logged(sink) == [('r1', 0, 0.0), ('r1', 1, 1.0)]
    assert ended.errors.count('is a fork of the run') == 3
    assert [path.name for path in tmp_path.iterdir()] == ['last']


def test_a_forked_child_may_have_a_run_of_its_own(sink: OtlpSink, tmp_path: Path) -> None:
    ended = end('forks_a_child_with_a_run_of_its_own', sink.http_endpoint, tmp_path)
    assert ended.code == 0, ended.errors
    assert last_words(sink) == {'r1': 'finished', 'child': 'finished'}
    assert logged(sink) == [('child', 0, 2.0), ('r1', 0, 0.0)]


def test_a_child_that_is_terminated_does_not_end_the_run(sink: OtlpSink, tmp_path: Path) -> None:
    ended = end('is_killed_by_a_child_that_is_terminated', sink.http_endpoint, tmp_path)
    assert ended.code == 0, ended.errors
    assert last_words(sink) == {'r1': 'finished'}
    assert logged(sink) == [('r1', 0, 0.0), ('r1', 1, 1.0)]


@pytest.mark.parametrize('way', ['returns', 'terminated', 'raises'])
def test_with_nobody_there_it_ends_and_keeps_all(way: str, sink: OtlpSink, tmp_path: Path) -> None:
    ended = end(way, 'http://127.0.0.1:9', tmp_path)
    # The start of Python, and not the tens of seconds of a time-out.
    assert ended.seconds < 15
    assert str(tmp_path) in ended.errors
    sync_spools(tmp_path, read_settings({'endpoint': sink.http_endpoint}, {}))
    assert logged(sink) == [('r1', 0, 0.0)]
    assert last_words(sink) == {'r1': 'finished' if way == 'returns' else 'failed'}
