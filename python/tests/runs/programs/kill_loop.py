"""Kills training loops with -9 at random moments and compares what `log` returned from with what arrives.

`python -m tests.runs.programs.kill_loop [kills]` in `python/`; also `bun e2e/python-kill-run.ts [kills]`.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.runs.support import gauge_points
from tests.support.otlp_sink import Answer, OtlpSink

from ml_otel_bridge._internal.runs import sync_spools
from ml_otel_bridge._internal.settings.settings import read_settings

PROMISE_SECONDS = 0.5
RETURNED = 'returned'
PYTHON = Path(__file__).parents[3]
_START_SECONDS = 30.0


@dataclass(frozen=True)
class Kill:
    """What one kill came to. `returned` are the steps that `log` had returned from, `promised` those of them
    that it had more than half a second before.
    """

    way: str
    returned: int
    promised: int
    arrived: int
    lost_promised: int
    lost_in_all: int
    wrong: int
    """Points that arrived with another value than was logged, or in two versions."""


def kill_once(way: str, chance: random.Random, *, longest: float = 2.0) -> Kill:
    """Starts a loop, kills it, syncs, compares.

    Args:
        way: `online`, `offline`, `refusing` (the receiver answers 503 until the kill) or `away` (nobody
            listens).
        chance: when to kill.
        longest: seconds after its first step.
    """
    with tempfile.TemporaryDirectory() as temporary, OtlpSink() as sink:
        folder = Path(temporary)
        if way == 'refusing':
            sink.answer(Answer(status=503))
        endpoint = 'http://127.0.0.1:9' if way == 'away' else sink.http_endpoint
        killed = _train_and_kill(endpoint, folder, way, chance, longest)
        sink.answer(Answer())
        settings = read_settings({'endpoint': sink.http_endpoint}, {})
        report = sync_spools(folder / 'spools', settings)
        assert report.remaining == report.busy == 0, report
        return _compare(way, folder / RETURNED, killed, sink)


def _train_and_kill(endpoint: str, folder: Path, way: str, chance: random.Random, longest: float) -> int:
    """Monotonic nanoseconds just before the kill."""
    side = folder / RETURNED
    pause = chance.choice([0.0, 0.0005, 0.01])
    mode = 'offline' if way == 'offline' else 'online'
    arguments = [endpoint, str(folder / 'spools'), 'killed-1', str(side), str(pause), mode]
    child = subprocess.Popen(
        [sys.executable, '-m', 'tests.runs.programs.train', *arguments],
        cwd=PYTHON,
        env={**os.environ, 'PYTHONPATH': 'src'},
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + _START_SECONDS
        while not side.exists() or side.stat().st_size == 0:
            assert child.poll() is None, 'the loop ended by itself'
            assert time.monotonic() < end, 'the loop does not begin'
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, longest))
        killed = time.monotonic_ns()
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    return killed


def _compare(way: str, side: Path, killed: int, sink: OtlpSink) -> Kill:
    lines = side.read_text().splitlines(keepends=True)
    pairs = (line.split() for line in lines if line.endswith('\n'))
    returned = {int(step): int(at) for step, at in pairs}
    promised = {step for step, at in returned.items() if at < killed - PROMISE_SECONDS * 1e9}
    points = {
        (point['batch'], point['time'], point['value']) for point in gauge_points(sink, 'ml.training.loss')
    }
    versions = Counter(batch for batch, _, _ in points)
    wrong = sum(value != 1 / (batch + 1) for batch, _, value in points) + sum(
        n > 1 for n in versions.values()
    )
    return Kill(
        way,
        len(returned),
        len(promised),
        len(versions),
        len(promised - versions.keys()),
        len(returned.keys() - versions.keys()),
        wrong,
    )


def main(kills: int) -> int:
    """Prints a table; 1 where a promise was broken."""
    chance = random.Random()
    ways = ['online', 'offline', 'refusing', 'away']
    done = [kill_once(ways[i % len(ways)], chance) for i in range(kills)]
    write = sys.stdout.write
    write(
        'receiver | kills | steps returned | older than 0.5 s | lost of these | lost of the others | wrong\n'
    )
    for way in ways:
        of = [kill for kill in done if kill.way == way]
        lost = sum(kill.lost_promised for kill in of)
        late = sum(kill.lost_in_all for kill in of) - lost
        returned, promised = sum(kill.returned for kill in of), sum(kill.promised for kill in of)
        wrong = sum(kill.wrong for kill in of)
        write(f'{way} | {len(of)} | {returned} | {promised} | {lost} | {late} | {wrong}\n')
    return 1 if any(kill.lost_promised or kill.wrong for kill in done) else 0


if __name__ == '__main__':
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
