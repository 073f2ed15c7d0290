"""The package as a user has it: its wheel in a fresh virtual environment, beside what it depends on.

What it depends on is installed once for each interpreter and set of extras, outside the checkout; only the
wheel is built and installed each time. As a program it makes one, for tests that are not in Python:

    python -m tests.support.installed_wheel FOLDER EXTRA,EXTRA [REQUIREMENT …]
"""

import email.parser
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from packaging.requirements import Requirement

PROJECT: Final = Path(__file__).resolve().parents[2]
_OLDEST: Final = (3, 10)
_SECONDS: Final = 900
# What a machine may have of Python without being able to make an environment with it.
_ASK: Final = (
    'import json, platform, ssl, sys, venv; '
    'print(json.dumps([sys.implementation.name, list(sys.version_info[:2]), platform.platform()]))'
)
_MAKE_PROGRAMS: Final = """
import sys
from importlib.metadata import entry_points
from pathlib import Path
here = Path(sys.executable).parent
for program in entry_points(group='console_scripts'):
    path = here / program.name
    if not path.exists():
        path.write_text(
            f'#!{sys.executable}\\nimport sys\\nfrom {program.module} import {program.attr.split(".")[0]}\\n'
            f'sys.exit({program.attr}())\\n'
        )
        path.chmod(0o755)
"""


@dataclass(frozen=True)
class Interpreter:
    """A CPython that can make environments."""

    path: Path
    version: tuple[int, int]
    platform: str


@dataclass(frozen=True)
class Distributions:
    """What is uploaded to the index."""

    wheel: Path
    sdist: Path


def build_distributions(folder: Path) -> Distributions:
    """Builds the source distribution, and the wheel out of it, with the build tools of this environment."""
    _run([sys.executable, '-m', 'build', '--no-isolation', '--outdir', str(folder), str(PROJECT)])
    return Distributions(next(folder.glob('*.whl')), next(folder.glob('*.tar.gz')))


def interpreters() -> list[Interpreter]:
    """Those of Python 3.10 or newer on the PATH and in pyenv's folder, one of each version, oldest first."""
    found: dict[tuple[int, int], Interpreter] = {}
    for path in _candidates():
        done = subprocess.run([path, '-I', '-c', _ASK], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            continue
        name, version, platform = cast(tuple[str, list[int], str], json.loads(done.stdout))
        if name == 'cpython' and tuple(version) >= _OLDEST:
            key = (version[0], version[1])
            found.setdefault(key, Interpreter(path, key, platform))
    return [found[version] for version in sorted(found)]


def install_wheel(
    wheel: Path,
    folder: Path,
    interpreter: Interpreter,
    extras: Sequence[str] = (),
    further: Sequence[str] = (),
) -> Path:
    """An environment in `folder` with the wheel, these extras and further requirements; gives its `bin`.

    Raises:
        RuntimeError: it cannot be made; with what was said.
    """
    _run([str(interpreter.path), '-m', 'venv', '--without-pip', str(folder)])
    programs = folder / 'bin'
    python = programs / 'python'
    requirements = [*_requirements_of(wheel, interpreter, extras), *further]
    dependencies = _dependencies(requirements, interpreter, python)
    (site,) = (folder / 'lib').glob('python*/site-packages')
    (site / 'dependencies.pth').write_text(f'{dependencies}\n')
    _pip(python, 'install', '--no-deps', '--no-index', str(wheel))
    _run([str(python), '-c', _MAKE_PROGRAMS])
    return programs


def _candidates() -> Iterator[Path]:
    names = [f'python3.{minor}' for minor in range(_OLDEST[1], 30)]
    for name in [*names, 'python3']:
        on_path = shutil.which(name)
        if on_path is not None:
            yield Path(on_path)
    root = Path(os.environ.get('PYENV_ROOT') or Path.home() / '.pyenv')
    yield from sorted(root.glob('versions/*/bin/python'), reverse=True)


def _requirements_of(wheel: Path, interpreter: Interpreter, extras: Sequence[str]) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith('.dist-info/METADATA'))
        metadata = email.parser.Parser().parsestr(archive.read(name).decode())
    offered: list[str] = metadata.get_all('Provides-Extra') or []
    unknown = set(extras) - set(offered)
    if unknown:
        raise RuntimeError(f'{wheel.name} has no extras {sorted(unknown)}, but {offered}')
    version = '.'.join(map(str, interpreter.version))
    found: list[str] = []
    lines: list[str] = metadata.get_all('Requires-Dist') or []
    for requirement in map(Requirement, lines):
        environment = {'python_version': version, 'python_full_version': f'{version}.0'}
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**environment, 'extra': extra}) for extra in ('', *extras)):
            requirement.marker = None
            found.append(str(requirement))
    return found


def _dependencies(requirements: Sequence[str], interpreter: Interpreter, python: Path) -> Path:
    """The folder in which these are installed, as pinned for this version of Python."""
    constraints = _constraints(interpreter)
    parts = [*sorted(requirements), constraints.read_text(), str(interpreter.version), interpreter.platform]
    key = hashlib.sha256('\n'.join(parts).encode()).hexdigest()[:16]
    store = _cache_folder() / 'wheel-dependencies'
    kept = store / key
    if kept.is_dir():
        return kept
    store.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f'{key}-', dir=store))
    try:
        _pip(python, 'install', '--no-compile', '--target', str(made), '-c', str(constraints), *requirements)
        made.rename(kept)
    except OSError:
        # Another run was faster: its folder stays.
        if not kept.is_dir():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return kept


def _constraints(interpreter: Interpreter) -> Path:
    of_version = PROJECT / f'tests/wheel/constraints-{".".join(map(str, interpreter.version))}.txt'
    return of_version if of_version.exists() else PROJECT / 'requirements-dev.txt'


def _cache_folder() -> Path:
    """The same as in scripts/cache-folder.ts."""
    own = os.environ.get('ML_OTEL_CACHE_DIR')
    base = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    return Path(own) if own else Path(base) / 'ml-otel-bridge'


def _pip(python: Path, *arguments: str) -> None:
    options = ['--quiet', '--disable-pip-version-check', '--no-input']
    _run([sys.executable, '-m', 'pip', '--python', str(python), *options, *arguments])


def _run(command: Sequence[str]) -> None:
    # Variables that would make this checkout importable there, or its own settings matter.
    environment = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}
    done: Any = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(command)} failed:\n{done.stdout}{done.stderr}')


def main(folder: str, extras: str = '', *further: str) -> None:
    """The program: with the newest interpreter."""
    place = Path(folder).resolve()
    wheel = build_distributions(place / 'dist').wheel
    chosen = [extra for extra in extras.split(',') if extra]
    programs = install_wheel(wheel, place / 'venv', interpreters()[-1], chosen, further)
    sys.stdout.write(f'{programs}\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
