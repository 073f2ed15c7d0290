"""The thread that takes what `log` left, packs it, and writes it into the spool."""

import threading
from collections import deque
from collections.abc import Callable

from ml_otel_bridge._internal.runs.frames import FrameKind
from ml_otel_bridge._internal.runs.intake import Intake, LoggedStep
from ml_otel_bridge._internal.runs.spool import Entry, Spool

INTERVAL = 0.2
"""Seconds between two turns: what `log` returned from is written at most this, and one turn, later."""

_AT_A_TIME = 20_000


class Writer:
    """Packs and writes, every 0.2 s.

    `log` only appends to `steps`, so that it never waits for this thread.
    """

    def __init__(self, intake: Intake, spool: Spool, every_turn: Callable[[], None]) -> None:
        self.steps: deque[LoggedStep] = deque()
        """Appended to by any thread; taken by this one."""
        self.signals: deque[tuple[FrameKind, Callable[[], bytes]]] = deque()
        """Logs, traces and metrics, likewise, each with what encodes it."""
        self._intake = intake
        self._spool = spool
        self._every_turn = every_turn
        self._turn = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name='ml-otel-writer', daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def hurry(self) -> None:
        """Takes a turn at once."""
        self._wake.set()

    def stop(self) -> None:
        """Writes what is left and ends."""
        self._stopped = True
        self._wake.set()
        self.write_all()

    def write_all(self) -> None:
        """Writes what was logged before this call. Any thread may call it."""
        with self._turn:
            left = len(self.steps)
            while True:
                entries: list[Entry] = []
                take = min(left, _AT_A_TIME)
                if take:
                    left -= take
                    pop = self.steps.popleft
                    entries += self._intake.pack([pop() for _ in range(take)])
                while self.signals:
                    kind, encode = self.signals.popleft()
                    entries.append((kind, encode()))
                self._spool.write(entries)
                if not left:
                    return

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait(INTERVAL)
            self._wake.clear()
            self._every_turn()
            self.write_all()
