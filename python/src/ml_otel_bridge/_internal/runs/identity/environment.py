"""What a run was started from: code, command, versions. Never the environment's variables."""

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

MAX_DIFF = 32 * 1024
"""Characters of a diff; the rest is cut off."""
_MAX_PACKAGES = 2_000
_GIT_SECONDS = 5.0
_SECRET_NAME = re.compile(r'(token|secret|passw|api[-_]?key|credential|auth)', re.IGNORECASE)
_HIDDEN = '(hidden)'


def describe_environment(arguments: Sequence[str], directory: Path) -> dict[str, Any]:
    """Git's state of `directory`, the command line, Python and the installed packages.

    Takes up to some seconds.
    """
    git = _describe_git(directory)
    return {
        **({'git': git} if git else {}),
        'command': hide_secrets(arguments),
        'python': platform.python_version(),
        'platform': platform.platform(),
        'packages': _packages(),
    }


def hide_secrets(arguments: Sequence[str]) -> list[str]:
    """Arguments with the values of those whose name speaks of a secret hidden.

    `--token x`, `--api-key=x`, `token=x`.
    """
    shown: list[str] = []
    hide_next = False
    for argument in arguments:
        name, equals, _ = argument.partition('=')
        secret = bool(_SECRET_NAME.search(name))
        if hide_next and not argument.startswith('-'):
            shown.append(_HIDDEN)
        elif secret and equals:
            shown.append(f'{name}={_HIDDEN}')
        else:
            shown.append(re.sub(r'//[^/@\s]+@', f'//{_HIDDEN}@', argument))
        hide_next = secret and not equals and argument.startswith('-')
    return shown


def _describe_git(directory: Path) -> dict[str, Any]:
    git = shutil.which('git')
    if git is None:
        return {}

    def ask(*question: str) -> str | None:
        command = [git, '--no-optional-locks', '-C', str(directory), *question]
        try:
            done = subprocess.run(  # noqa: S603 - fixed arguments
                command, capture_output=True, timeout=_GIT_SECONDS, check=False, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.decode('utf-8', 'replace') if done.returncode == 0 else None

    commit = ask('rev-parse', 'HEAD')
    if commit is None:
        return {}
    described: dict[str, Any] = {'commit': commit.strip()}
    branch = ask('rev-parse', '--abbrev-ref', 'HEAD')
    if branch:
        described['branch'] = branch.strip()
    remote = ask('config', '--get', 'remote.origin.url')
    if remote:
        described['remote'] = re.sub(r'//[^/@\s]+@', '//', remote.strip())
    diff = ask('diff', '--no-color', '--no-ext-diff', 'HEAD')
    if diff is not None:
        described['dirty'] = diff != ''
        if diff:
            cut = len(diff) > MAX_DIFF
            described['diff'] = diff[:MAX_DIFF] + ('\n(cut off)' if cut else '')
    return described


def _packages() -> dict[str, str]:
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata['Name'] if distribution.metadata else None
        if name and len(found) < _MAX_PACKAGES:
            found[name] = distribution.version
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


def this_command() -> list[str]:
    """The command line of this process, with the interpreter's own arguments."""
    return list(sys.orig_argv)
