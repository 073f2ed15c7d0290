"""The thread that takes what `log` left, packs it, and writes it into the spool."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic, sleep

from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.spool.frames import FrameKind
from ml_otel_bridge._internal.runs.spool.spool import Entry, Spool
from ml_otel_bridge._internal.runs.values.intake import Intake, LoggedStep

INTERVAL = 0.2
"""Seconds between two turns: what `log` returned from is written at most this, and one turn, later."""

_AT_A_TIME = 20_000
_POLL_SECONDS = 0.002


class Writer:
    """Packs and writes, every 0.2 s.

    `log` only appends to `steps`, so that it never waits for this thread.
    """

    def __init__(
        self, intake: Intake, spool: Spool, refusals: Refusals, every_turn: Callable[[], None]
    ) -> None:
        self.steps: deque[LoggedStep] = deque()
        """Appended to by any thread; taken by this one."""
        self.signals: deque[tuple[FrameKind, Callable[[], bytes]]] = deque()
        """Logs, traces and metrics, likewise, each with what encodes it."""
        self._intake = intake
        self._spool = spool
        self._every_turn = every_turn
        self._refusals = refusals
        self._wake = threading.Event()
        self._asked = 0
        self._done = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name='ml-otel-writer', daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def write_now(self, seconds: float) -> bool:
        """Waits until all that was logged before this call is written; false where that took longer.

        Holds no lock, so that a signal handler that comes meanwhile may end the run.
        """
        self._asked += 1
        goal, until = self._asked, monotonic() + seconds
        while self._done < goal:
            self._wake.set()
            if not self._thread.is_alive() or monotonic() >= until:
                return False
            sleep(_POLL_SECONDS)
        return True

    def stop(self, seconds: float) -> None:
        """Writes what is left and ends, within so many seconds."""
        self.write_now(seconds)
        self._stopped = True
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait(INTERVAL)
            self._wake.clear()
            goal = self._asked
            try:
                self._every_turn()
                self._write_all()
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the thread, and with it all
                self._refusals.add('a fault in writing steps', repr(error)[:200], level=logging.ERROR)
            self._done = goal

    def _write_all(self) -> None:
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
                try:
                    entries.append((kind, encode()))
                except Exception as error:  # noqa: BLE001 - such as attributes that cannot be encoded
                    self._refusals.add('a signal that cannot be encoded was dropped', repr(error)[:200])
            self._spool.write(entries)
            if not left:
                return
