"""Work that may hang, done side by side within a limit, by threads that are there before it is needed."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue

Task = Callable[[], object]


class Hands:
    """As many daemon threads as tasks are to run side by side.

    They are started at once: from Python 3.12 on no thread can be started while Python ends, which is when
    they are needed. `renew` makes them anew in a forked child, where threads do not live on.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._queues: list[SimpleQueue[tuple[Task, Future[object]] | None]] = []
        self.renew()

    def renew(self) -> None:
        """Makes the threads, and forgets those of the parent process."""
        self._queues = [SimpleQueue() for _ in range(self._count)]
        for queue in self._queues:
            threading.Thread(target=_work, args=(queue,), name='ml-otel-flush', daemon=True).start()

    def run(self, tasks: Sequence[Task], seconds: float) -> bool:
        """Runs at most `count` tasks; True when each ended in this time, without an error and not with False.

        What is not ready by then goes on in its thread, which holds up nobody's exit.
        """
        deadline = time.monotonic() + seconds
        outcomes: list[Future[object]] = []
        for queue, task in zip(self._queues, tasks, strict=False):
            outcomes.append(Future())
            queue.put((task, outcomes[-1]))
        ended = [_in_time(outcome, deadline - time.monotonic()) for outcome in outcomes]
        return all(ended)

    def end(self) -> None:
        """Lets the threads end once they are idle."""
        for queue in self._queues:
            queue.put(None)


def _in_time(outcome: Future[object], seconds: float) -> bool:
    try:
        return outcome.result(max(seconds, 0.0)) is not False
    except Exception:  # noqa: BLE001
        # TimeoutError, or the task's own error: OpenTelemetry has logged it.
        return False


def _work(queue: SimpleQueue[tuple[Task, 'Future[object]'] | None]) -> None:
    while (job := queue.get()) is not None:
        task, outcome = job
        try:
            outcome.set_result(task())
        except Exception as error:  # noqa: BLE001
            with suppress(Exception):
                outcome.set_exception(error)
