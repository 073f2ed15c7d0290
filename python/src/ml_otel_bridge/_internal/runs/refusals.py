import logging
import threading
from collections import Counter
from collections.abc import Mapping

logger = logging.getLogger('ml_otel_bridge.runs')


class Refusals:
    """Counts what was not accepted, by cause, and says each cause once, with an example of it.

    Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, cause: str, example: str = '', count: int = 1, level: int = logging.WARNING) -> None:
        """Counts; the first time for a cause it is also written to the log `ml_otel_bridge.runs`."""
        with self._lock:
            first = cause not in self._counts
            self._counts[cause] += count
        if first:
            logger.log(level, '%s%s', cause, f' ({example})' if example else '')

    @property
    def counts(self) -> Mapping[str, int]:
        """How often, by cause."""
        with self._lock:
            return dict(self._counts)

    @property
    def total(self) -> int:
        """All of them together."""
        with self._lock:
            return sum(self._counts.values())

    def after_fork(self) -> None:
        """In a forked child: another thread may have held the lock at that moment."""
        self._lock = threading.Lock()
