"""Other processes of a test: Python programs that end, and servers that are told to."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

SOURCE = Path(__file__).parents[2] / 'src'
# Nothing is sent by itself: what arrives, the end of the process has sent.
ONLY_AT_THE_END = {
    'OTEL_BSP_SCHEDULE_DELAY': '3600000',
    'OTEL_BLRP_SCHEDULE_DELAY': '3600000',
    'ML_OTEL_METRIC_INTERVAL': '3600',
}


def environment(further: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's variables without those of telemetry, with the package on the path, and these."""
    kept = {name: value for name, value in os.environ.items() if 'OTEL_' not in name}
    return {**kept, 'PYTHONPATH': str(SOURCE), 'PYTHONUNBUFFERED': '1', **(further or {})}


def run_python(
    script: str,
    variables: Mapping[str, str] | None = None,
    *,
    expect: int = 0,
    timeout: float = 60,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end; its exit status must be the expected one (a signal's is negative)."""
    ran = subprocess.run(
        [sys.executable, '-c', script],
        env=environment(variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        cwd=cwd,
    )
    assert ran.returncode == expect, f'exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}'
    return ran


class Server:
    """A context manager: a server that picks a free port and says which. All its processes end with it.

    Example:
        >>> with Server(['uvicorn', 'app:app', '--port', '0'], folder, {}) as server:
        ...     httpx.get(server.url)
        ...     server.stop()
    """

    def __init__(self, module: Sequence[str], folder: Path, variables: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, '-m', *module],
            cwd=folder,
            env=environment(variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Its children get no signal of ours but through it, and are found by its group.
            start_new_session=True,
        )
        self._lines: list[str] = []
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        try:
            found = self.wait_for_line(r'http://(?:127\.0\.0\.1|localhost):(\d+)')
        except BaseException:
            self._kill()
            raise
        self.url = f'http://127.0.0.1:{found.group(1)}'
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        with self._said:
            return ''.join(self._lines)

    def wait_for_line(self, pattern: str, timeout: float = 60) -> re.Match[str]:
        """The first match in what it prints."""
        deadline = time.monotonic() + timeout
        with self._said:
            while (found := re.search(pattern, ''.join(self._lines))) is None:
                ended = self._process.poll() is not None and not self._reader.is_alive()
                if ended or time.monotonic() > deadline:
                    raise AssertionError(f'{pattern} was not printed:\n{"".join(self._lines)}')
                self._said.wait(0.2)
            return found

    def stop(self, number: signal.Signals = signal.SIGTERM, timeout: float = 60) -> int:
        """Tells it, not its children, to end; returns its exit status."""
        self._process.send_signal(number)
        return self._process.wait(timeout)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._said:
                self._lines.append(line)
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(timeout=10)
        if self._process.stdout is not None:
            self._process.stdout.close()
