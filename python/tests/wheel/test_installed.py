import os
import subprocess
from pathlib import Path

import pytest
from tests.support.installed_wheel import Interpreter
from tests.support.otlp_sink import OtlpSink
from tests.wheel.conftest import FOUND, Install, Installed

RUN = """
from ml_otel_bridge import init_run
with init_run('smoke', id='smoke-1', config={'rate': 0.1}) as run:
    for step in range(5):
        run.log({'loss': 1 / (step + 1)}, step=step)
"""
FLASK = """
from flask import Flask
from ml_otel_bridge import instrument_app
app = Flask('smoke')
app.add_url_rule('/hello/<name>', view_func=lambda name: name)
print(instrument_app(app).test_client().get('/hello/you').text)
"""
FASTAPI = """
import asyncio
from fastapi import FastAPI
from ml_otel_bridge import instrument_app
app = instrument_app(FastAPI(), 'smoke')

@app.get('/hello/{name}')
async def hello(name: str) -> str:
    return name

async def ask():
    async def receive():
        return {'type': 'http.request', 'body': b'', 'more_body': False}
    async def send(message):
        if message['type'] == 'http.response.body':
            print(message.get('body', b'').decode().strip('"'))
    scope = {'type': 'http', 'method': 'GET', 'path': '/hello/you', 'raw_path': b'/hello/you'}
    more = {'query_string': b'', 'http_version': '1.1', 'scheme': 'http', 'server': ('127.0.0.1', 80)}
    await app({**scope, **more, 'headers': [(b'host', b'127.0.0.1')]}, receive, send)

asyncio.run(ask())
"""
WSGI = """
from ml_otel_bridge import instrument_app
def app(environ, start_response):
    return []
instrument_app(app, 'smoke')
"""
ASGI = """
from ml_otel_bridge import instrument_app
async def app(scope, receive, send):
    pass
instrument_app(app, 'smoke')
"""
GRPC = "import ml_otel_bridge\nml_otel_bridge.configure(protocol='grpc')"
LOWEST, HIGHEST = FOUND[0], FOUND[-1]
PYTHONS = pytest.mark.parametrize(
    'interpreter',
    list(dict.fromkeys((LOWEST, HIGHEST))),
    ids=lambda interpreter: '.'.join(map(str, interpreter.version)),
)
# Of each Python one extra; the base alone is tried with the highest.
EXTRA = {LOWEST: ('flask',), HIGHEST: ('fastapi',)}


def run(
    installed: Installed, command: list[str], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(('ML_OTEL', 'OTEL', 'PYTHON'))
    }
    own = {'ML_OTEL_DIR': str(folder / 'spools'), 'ML_OTEL_SHUTDOWN_TIMEOUT': '30', **environment}
    return subprocess.run(
        [str(installed.bin / command[0]), *command[1:]],
        cwd=folder,
        env={**kept, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def python(installed: Installed, code: str, folder: Path, **environment: str) -> str:
    done = run(
        installed,
        ['python', '-W', 'error::DeprecationWarning:ml_otel_bridge', '-c', code],
        folder,
        **environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def missing(installed: Installed, code: str, folder: Path) -> str:
    """The last line of what Python says where the code fails."""
    done = run(installed, ['python', '-c', code], folder)
    assert done.returncode == 1, done.stdout
    return done.stderr.strip().splitlines()[-1]


@PYTHONS
def test_it_is_imported_from_the_wheel_and_its_program_says_what_it_can(
    interpreter: Interpreter, install: Install, tmp_path: Path
) -> None:
    installed = install(interpreter, EXTRA[interpreter])
    code = 'print(*sys.version_info[:2]); print(bridge.__file__); print(bridge.__version__)'
    said = python(installed, f'import sys, ml_otel_bridge as bridge; {code}', tmp_path)
    version, file, own = said.splitlines()
    assert version == ' '.join(map(str, interpreter.version))
    assert file.startswith(str(installed.bin.parent))
    help_ = run(installed, ['ml-otel-py', '--help'], tmp_path)
    assert (help_.returncode, help_.stderr) == (0, '')
    assert all(command in help_.stdout for command in ('import', 'sync', 'spools', 'doctor'))
    assert own in run(installed, ['ml-otel-py', '--version'], tmp_path).stdout


@PYTHONS
def test_a_run_is_kept_offline_and_its_program_sends_it(
    interpreter: Interpreter, install: Install, sink: OtlpSink, tmp_path: Path
) -> None:
    installed = install(interpreter, EXTRA[interpreter])
    python(installed, RUN, tmp_path, ML_OTEL_MODE='offline', ML_OTEL_ENDPOINT=sink.http_endpoint)
    assert sink.received == []
    done = run(installed, ['ml-otel-py', 'sync'], tmp_path, ML_OTEL_ENDPOINT=sink.http_endpoint)
    assert done.returncode == 0, done.stderr
    assert steps_of(sink) == list(range(5))


@PYTHONS
def test_a_run_is_sent(interpreter: Interpreter, install: Install, sink: OtlpSink, tmp_path: Path) -> None:
    installed = install(interpreter, EXTRA[interpreter])
    python(installed, RUN, tmp_path, ML_OTEL_ENDPOINT=sink.http_endpoint)
    assert steps_of(sink) == list(range(5))
    names = {seen.item.event_name for seen in sink.logs()}
    assert {'ml.run.started', 'ml.run.config', 'ml.run.finished'} <= names


def test_without_any_extra_it_follows_runs(install: Install, sink: OtlpSink, tmp_path: Path) -> None:
    installed = install(HIGHEST, ())
    python(installed, RUN, tmp_path, ML_OTEL_ENDPOINT=sink.http_endpoint)
    assert steps_of(sink) == list(range(5))


@pytest.mark.parametrize(
    ('interpreter', 'extra', 'code'),
    [(LOWEST, 'flask', FLASK), (HIGHEST, 'fastapi', FASTAPI)],
    ids=['flask', 'fastapi'],
)
def test_an_application_needs_its_own_extra_only(  # noqa: PLR0917 - fixtures
    interpreter: Interpreter, extra: str, code: str, install: Install, sink: OtlpSink, tmp_path: Path
) -> None:
    installed = install(interpreter, (extra,))
    assert python(installed, code, tmp_path, ML_OTEL_ENDPOINT=sink.http_endpoint) == 'you'
    (span,) = [seen for seen in sink.spans() if seen.item.name.startswith('GET /hello/')]
    assert span.item.name in {'GET /hello/<name>', 'GET /hello/{name}'}
    assert span.attributes['http.response.status_code'] == 200


@pytest.mark.parametrize(
    ('code', 'extra'),
    [
        (WSGI, 'wsgi'),
        (ASGI, 'asgi'),
        (GRPC, 'grpc'),
        ('import ml_otel_bridge.keras', 'keras'),
        ('import ml_otel_bridge.transformers', 'transformers'),
    ],
    ids=['wsgi', 'asgi', 'grpc', 'keras', 'transformers'],
)
def test_without_its_extra_the_error_is_the_line_that_installs_it(
    code: str, extra: str, install: Install, tmp_path: Path
) -> None:
    said = missing(install(HIGHEST, ()), code, tmp_path)
    assert said.endswith(f"pip install 'ml-otel-bridge[{extra}]'")


def steps_of(sink: OtlpSink) -> list[int]:
    """The steps of the loss that have arrived, in order."""
    return sorted(
        next(pair.value.int_value for pair in point.attributes if pair.key == 'batch')
        for seen in sink.metrics('ml.training.loss')
        for point in seen.item.gauge.data_points
    )
