"""Puts what several threads finished back into the order in which it was begun."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

Emit = Callable[[int, Mapping[str, Any]], None]


class InOrder:
    """Batches of one epoch. Thread-safe; `emit` is called by one thread at a time, with rising batches.

    Keras hands the ends of batches to a pool of threads, of which a later one may be faster. A step that
    comes after a higher one would open an attempt (a resumed run).

    A batch may end under a higher number than it began with: several may be executed as one.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._lock = threading.Lock()
        self._begun: deque[int] = deque()
        self._ended: dict[int, Mapping[str, Any]] = {}

    def begin(self, batch: int) -> None:
        with self._lock:
            self._begun.append(batch)

    def end(self, batch: int, logs: Mapping[str, Any]) -> None:
        """Emits the batch once all that were begun before it have ended."""
        with self._lock:
            self._ended[batch] = logs
            while self._ended and self._is_next(min(self._ended)):
                if self._begun:
                    self._begun.popleft()
                self._emit_least()

    def end_all(self) -> None:
        """Emits what waits: of the batches before it no end will come."""
        with self._lock:
            self._begun.clear()
            while self._ended:
                self._emit_least()

    def _is_next(self, batch: int) -> bool:
        return len(self._begun) < 2 or self._begun[1] > batch  # noqa: PLR2004  the batch begun after the next

    def _emit_least(self) -> None:
        batch = min(self._ended)
        self._emit(batch, self._ended.pop(batch))
