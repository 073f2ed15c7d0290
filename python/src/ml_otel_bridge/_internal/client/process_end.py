"""The ways in which a process ends without `atexit`: SIGTERM, and children of multiprocessing."""

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import util
from types import FrameType


def flush_on_sigterm(flush: Callable[[], None]) -> bool:
    """On SIGTERM, flushes and then ends as if nobody had been listening, with the same exit status.

    Only where nobody listens yet: a server that handles SIGTERM ends in order by itself.

    Returns:
        Whether it was installed: not outside the main thread, and not where a handler is there.
    """
    if threading.current_thread() is not threading.main_thread():
        return False
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return False

    def handle(number: int, _: FrameType | None) -> None:
        flush()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        # The first process of a container outlives a signal that nobody handles, and may get another.
        signal.signal(number, handle)

    signal.signal(signal.SIGTERM, handle)
    return True


def flush_in_children(owner: object, flush: Callable[[], object]) -> None:
    """Children that multiprocessing forks call `flush` when they end; they leave without `atexit`."""

    def arrange(_: object) -> None:
        util.Finalize(None, flush, exitpriority=10)

    util.register_after_fork(owner, arrange)
