import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.examples import PAGES, PROJECT, Example, examples_of
from tests.support.otlp_sink import OtlpSink

SECONDS = 120


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run_and_send_what_the_page_says(page: Path, tmp_path: Path) -> None:
    programs = tmp_path / 'bin'
    write_program(programs)
    for example in examples_of(page):
        if example.language == 'python':
            run_python(example, tmp_path, programs)
        elif example.commands:
            run_and_look(example, ['sh', '-eu', '-c', example.code], tmp_path, programs)


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.name)
def test_every_extra_that_a_page_installs_exists(page: Path) -> None:
    offered = re.findall(r'^(\w+) = \[', (PROJECT / 'pyproject.toml').read_text(), re.MULTILINE)
    named = re.findall(r"ml-otel-bridge\[([\w,]+)\]'", page.read_text())
    assert {extra for names in named for extra in names.split(',')} <= set(offered)


def test_the_docstrings_examples_give_what_they_show(tmp_path: Path) -> None:
    modules = [str(path) for path in sorted((PROJECT / 'src').rglob('*.py')) if '>>> ' in path.read_text()]
    assert len(modules) >= 5
    command = [sys.executable, '-m', 'pytest', '-q', '--doctest-modules', '-p', 'no:cacheprovider', *modules]
    done = run(command, tmp_path, {'ML_OTEL_MODE': 'offline', 'KERAS_BACKEND': 'jax'}, PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr


def run_python(example: Example, folder: Path, programs: Path) -> None:
    named = re.match(r'# ([\w.]+\.py)\n', example.code)
    file = folder / (named[1] if named else f'line_{example.line}.py')
    file.write_text(example.code)
    if example.served is not None:
        test = (PROJECT.parent / example.served).read_text()
        assert named is not None
        assert f"'{named[1]}'" in test, f'{example.title}: {example.served} does not serve it'
    else:
        run_and_look(example, [sys.executable, str(file)], folder, programs)


def run_and_look(example: Example, command: list[str], folder: Path, programs: Path) -> None:
    with OtlpSink() as sink:
        environment = {
            'ML_OTEL_ENDPOINT': sink.http_endpoint,
            # What sends nothing may be about a receiver that is away: it need not be waited for.
            'ML_OTEL_SHUTDOWN_TIMEOUT': '30' if example.arrives else '2',
            'PATH': f'{programs}{os.pathsep}{os.environ["PATH"]}',
        }
        done = run(command, folder, environment, folder)
        assert done.returncode == 0, f'{example.title}\n{done.stdout}{done.stderr}'
        for kind, name in example.arrives:
            look_for(sink, kind, name, example.title)
        if not example.arrives:
            assert not [*sink.spans(), *sink.metrics(), *sink.logs()], example.title


def look_for(sink: OtlpSink, kind: str, name: str, title: str) -> None:
    found = {
        'span': lambda: sink.spans(name),
        'metric': lambda: sink.metrics(name),
        'log': lambda: sink.logs(name),
        'event': lambda: [seen for seen in sink.logs() if seen.item.event_name == name],
    }[kind]
    try:
        sink.wait_for(found, timeout=5)
    except AssertionError as error:
        raise AssertionError(f'{title}: no {kind} {name}: {error}') from None


def run(
    command: list[str], folder: Path, environment: dict[str, str], here: Path
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(('ML_OTEL', 'OTEL'))}
    own = {'ML_OTEL_DIR': str(folder / 'spools'), 'PYTHONPATH': str(PROJECT / 'src'), **environment}
    return subprocess.run(
        command, cwd=here, env={**kept, **own}, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def write_program(programs: Path) -> None:
    """`ml-otel-py`, as an installed package has it."""
    programs.mkdir()
    program = programs / 'ml-otel-py'
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ml_otel_bridge "$@"\n')
    program.chmod(0o755)
