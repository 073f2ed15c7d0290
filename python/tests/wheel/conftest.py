from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.installed_wheel import (
    Distributions,
    Interpreter,
    build_distributions,
    install_wheel,
    interpreters,
)
from tests.support.otlp_sink import OtlpSink

FOUND = interpreters()
"""Those of this machine, oldest first."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which Pythons were tried is in the output: on another machine it may be one only."""
    tried = ' and '.join(map(_name, dict.fromkeys((FOUND[0], FOUND[-1]))))
    terminalreporter.write_line(
        f'The wheel was tried with Python {tried}, of {", ".join(map(_name, FOUND))}.'
    )


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own; `bin` holds its programs."""

    bin: Path
    version: tuple[int, int]


Install = Callable[[Interpreter, tuple[str, ...]], Installed]


@pytest.fixture(scope='session')
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The wheel and the source distribution, built from here."""
    return build_distributions(tmp_path_factory.mktemp('dist'))


@pytest.fixture(scope='session')
def install(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Install:
    """Makes an environment with these extras; the same is made once."""
    made: dict[tuple[Path, tuple[str, ...]], Installed] = {}

    def make(interpreter: Interpreter, extras: tuple[str, ...]) -> Installed:
        key = (interpreter.path, extras)
        if key not in made:
            folder = tmp_path_factory.mktemp('venv') / 'venv'
            programs = install_wheel(distributions.wheel, folder, interpreter, extras)
            made[key] = Installed(programs, interpreter.version)
        return made[key]

    return make


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    """A real receiver."""
    with OtlpSink() as sink:
        yield sink


def _name(interpreter: Interpreter) -> str:
    return '.'.join(map(str, interpreter.version))
