"""What could not be delivered: counted, and said once for each outage."""

import logging
import threading
from collections import Counter
from typing import Literal

Item = Literal['spans', 'log records', 'metric exports']
Reason = Literal[
    'the queue was full', 'the receiver did not take them', 'the process ended before they were sent'
]

_logger = logging.getLogger('ml_otel_bridge')

_ADVICE: dict[Reason, str] = {
    'the queue was full': 'more came at once than could be sent; raise OTEL_BSP_MAX_QUEUE_SIZE (spans) or '
    'OTEL_BLRP_MAX_QUEUE_SIZE (log records), or send less',
    'the receiver did not take them': 'is it running, and is the endpoint right?',
    'the process ended before they were sent': 'is the receiver slow? shutdown_timeout is the time it has',
}


class Losses:
    """Counts by what and why; safe for threads."""

    def __init__(self, receiver: str) -> None:
        self._receiver = receiver
        self._lock = threading.Lock()
        self._counts: Counter[tuple[Item, Reason]] = Counter()
        self._said: dict[tuple[Item, Reason], int] = {}

    def add(self, item: Item, reason: Reason, count: int, detail: str = '') -> None:
        """Counts a loss, and says so unless it was said already."""
        with self._lock:
            self._counts[item, reason] += count
            if (item, reason) in self._said:
                return
            self._said[item, reason] = self._counts[item, reason]
        if item == 'metric exports':
            _logger.warning(
                'metrics do not reach %s: %s%s Their next export brings the same counts.',
                self._receiver,
                _ADVICE[reason],
                f' ({detail})' if detail else '',
            )
            return
        _logger.error(
            '%s are being lost on the way to %s because %s: %s%s. This is said once, the count at the end.',
            item,
            self._receiver,
            reason,
            _ADVICE[reason],
            f' ({detail})' if detail else '',
        )

    def over(self, item: Item, reason: Reason) -> None:
        """It works again: the next outage is said again."""
        with self._lock:
            self._said.pop((item, reason), None)

    def counts(self) -> dict[Item, int]:
        """How many of each are lost so far."""
        with self._lock:
            found: Counter[Item] = Counter()
            for (item, _), count in self._counts.items():
                found[item] += count
            return dict(found)

    def say_total(self) -> None:
        """Says at the end what was lost in all, if anything was."""
        for item, count in self.counts().items():
            if item != 'metric exports':
                _logger.error('%s %s did not reach %s', f'{count:,}', item, self._receiver)

    def forget(self) -> None:
        """Starts anew, in a forked child; its parent says its own."""
        self._lock = threading.Lock()
        self._counts = Counter()
        self._said = {}
