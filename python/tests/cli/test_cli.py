import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ml_otel_bridge import init_run
from ml_otel_bridge._internal.cli.main import cli
from ml_otel_bridge._internal.version import __version__
from support.otlp_sink import Answer, OtlpSink


@pytest.fixture
def spools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / 'spools'
    folder.mkdir()
    monkeypatch.setenv('ML_OTEL_DIR', str(folder))
    return folder


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def program(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, '-m', 'ml_otel_bridge', *map(str, arguments)]
    environment = {'PYTHONPATH': ':'.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


@pytest.mark.parametrize(
    'command',
    [
        [],
        ['import'],
        ['import', 'csv'],
        ['import', 'jsonl'],
        ['import', 'tensorboard'],
        ['import', 'trainer-state'],
        ['sync'],
        ['spools'],
        ['doctor'],
    ],
    ids=' '.join,
)
def test_help_everywhere(command: list[str]) -> None:
    result = call(*command, '--help')
    assert result.exit_code == 0
    assert 'Usage:' in result.output
    assert call(*command, '--nonsense').exit_code == 2


def test_the_program_says_its_version_and_fails_in_one_line(tmp_path: Path) -> None:
    assert program('--version').stdout == f'ml-otel-py, version {__version__}\n'
    garbage = tmp_path / 'x.csv'
    garbage.write_bytes(bytes(range(256)))
    failed = program('import', 'csv', garbage)
    assert (failed.returncode, failed.stdout) == (1, '')
    assert failed.stderr == f'Error: {garbage}: is no text file\n'


def test_import_csv_says_what_was_sent_and_what_was_left_out(tmp_path: Path, spools: Path) -> None:
    (tmp_path / 'm.csv').write_text('step,loss,note\n1,0.5,x\n2,0.4,\nx,1,\n')
    with OtlpSink() as sink:
        result = call(
            'import', 'csv', tmp_path / 'm.csv', '--endpoint', sink.http_endpoint,
            '--id', 'r1', '--project', 'p', '--model', 'm', '--dataset', 'd', '--tag', 'old', '--unordered',
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        assert '1 runs, 2 rows, 2 points sent.' in result.output
        assert "1 values of 'note' that are no numbers (first: " in result.output
        assert '1 rows whose step cannot be read (first: ' in result.output
        assert 'line 4)' in result.output
        started = next(log for log in sink.logs() if log.item.event_name == 'ml.run.started')
        assert started.attributes == {
            'job.id': 'r1',
            'model.name': 'm',
            'dataset': 'd',
            'ml.project': 'p',
            'label.name': 'm.csv',
            'label.tag.old': 'true',
            'ml.run.ordered': False,
        }
    assert list(spools.iterdir()) == []


def test_import_of_several_files_stops_at_the_first_that_fails(tmp_path: Path, spools: Path) -> None:
    (tmp_path / 'a.jsonl').write_text('{"step": 1, "loss": 2}\n')
    (tmp_path / 'b.jsonl').write_text('{"step": 1, "loss": 2}\n')
    both = (tmp_path / 'a.jsonl', tmp_path / 'b.jsonl')
    with OtlpSink() as sink:
        result = call('import', 'jsonl', *both, '--endpoint', sink.http_endpoint)
        assert '2 runs, 2 rows, 2 points sent.' in result.output
        refused = call('import', 'jsonl', *both, '--id', 'one', '--endpoint', sink.http_endpoint)
        assert (refused.exit_code, '--id fits one run' in refused.output) == (1, True)
        sink.answer(Answer(401))
        stopped = call('import', 'jsonl', *both, '--endpoint', sink.http_endpoint)
        assert stopped.exit_code == 1
        assert 'a.jsonl' in stopped.output
        assert 'b.jsonl' not in stopped.output


def test_import_trainer_state_and_tensorboard(tmp_path: Path, spools: Path) -> None:
    state = tmp_path / 'trainer_state.json'
    state.write_text(json.dumps({'log_history': [{'step': 1, 'loss': 2}]}))
    with OtlpSink() as sink:
        result = call(
            'import', 'trainer-state', tmp_path / 'trainer_state.json', '--endpoint', sink.http_endpoint
        )
        assert '1 runs, 1 rows, 1 points sent.' in result.output
    none = call('import', 'tensorboard', tmp_path)
    assert (none.exit_code, 'there are no event files' in none.output) == (1, True)


@pytest.mark.parametrize(
    'arguments',
    [
        ['--start-time', 'soon'],
        ['--delimiter', ',,'],
        ['--header', 'token'],
        ['--protocol', 'udp'],
    ],
    ids=' '.join,
)
def test_wrong_options_are_usage_errors(tmp_path: Path, spools: Path, arguments: list[str]) -> None:
    (tmp_path / 'm.csv').write_text('step,loss\n1,0.5\n')
    assert call('import', 'csv', tmp_path / 'm.csv', *arguments).exit_code == 2


def test_spools_are_listed_and_synced(spools: Path) -> None:
    assert call('spools').output == f'Nothing waits in {spools}.\n'
    assert call('sync').output == f'Nothing waits in {spools}.\n'
    run = init_run('digits', id='r1', mode='offline', environment=False, system_metrics=False)
    run.log({'loss': 0.5}, step=1)
    assert 'running' in call('spools').output
    run.finish()
    (spools / 'broken').mkdir()
    (spools / 'broken/lock').touch()
    (spools / 'broken/00000001.spool').write_bytes(b'garbage')
    listed = call('spools', spools).output
    assert 'r1' in listed
    assert 'digits' in listed
    assert 'waiting' in listed
    assert 'damaged' in listed
    with OtlpSink() as sink:
        sink.answer(Answer(401))
        refused = call('sync', '--endpoint', sink.http_endpoint)
        assert refused.exit_code == 1
        assert 'not sent' in refused.output
        sink.answer(Answer())
        result = call('sync', spools, '--endpoint', sink.http_endpoint)
        assert 'Spools: 1 sent (1 steps, 2 points)' in result.output
        assert result.exit_code == 1, 'the broken one is left'
        assert [metric.item.name for metric in sink.metrics('ml.training.loss')] == ['ml.training.loss']
    assert [entry.name for entry in spools.iterdir() if entry.name not in ('broken', 'last')] == []


@pytest.mark.parametrize('protocol', ['http/protobuf', 'grpc'])
def test_doctor(protocol: str) -> None:
    with OtlpSink() as sink:
        endpoint = sink.grpc_endpoint if protocol == 'grpc' else sink.http_endpoint
        well = call('doctor', '--endpoint', endpoint, '--protocol', protocol, '--header', 'a=b')
        assert well.exit_code == 0, well.output
        assert well.output.count('taken') == 3
        assert {received.signal for received in sink.received} == {'traces', 'metrics', 'logs'}
        assert all(received.headers['a'] == 'b' for received in sink.received)
        sink.answer(Answer(401), 'logs')
        ill = call('doctor', '--endpoint', endpoint, '--protocol', protocol)
        assert (ill.exit_code, ill.output.count('taken')) == (1, 2)
        assert 'ML_OTEL_TOKEN' in ill.output
    gone = call('doctor', '--endpoint', endpoint, '--protocol', protocol)
    assert (gone.exit_code, gone.output.count('not now')) == (1, 3)


def test_doctor_without_a_usable_address() -> None:
    result = call('doctor', '--endpoint', 'ftp://x')
    assert result.exit_code == 1
    assert result.output.startswith('Error: 1 setting cannot be used')
