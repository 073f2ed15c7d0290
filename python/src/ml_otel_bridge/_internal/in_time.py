"""Work that may hang, done side by side within a limit."""

import threading
import time
from collections.abc import Callable, Iterable


def all_in_time(tasks: Iterable[Callable[[], object]], seconds: float) -> bool:
    """Runs the tasks side by side; True when each ended in this time, without an error or False.

    What is not ready by then goes on in a daemon thread, which holds up nobody's exit. Errors are logged by
    no one: the tasks are those of OpenTelemetry, which log their own.
    """
    outcomes: list[bool] = []

    def run(task: Callable[[], object]) -> None:
        try:
            outcomes.append(task() is not False)
        except Exception:  # noqa: BLE001
            outcomes.append(False)

    deadline = time.monotonic() + seconds
    threads = [
        threading.Thread(target=run, args=(task,), name='ml-otel-flush', daemon=True) for task in tasks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.0))
    return len(outcomes) == len(threads) and all(outcomes)
