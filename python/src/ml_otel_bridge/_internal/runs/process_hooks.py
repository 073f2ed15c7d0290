"""The ends of a process: its normal one, an exception, SIGTERM, and the beginning of a forked child."""

import atexit
import contextlib
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Protocol


class Ending(Protocol):
    """What is to be told. All but `become_child` are called in the process that installed the hooks."""

    def end_with_process(self) -> None:
        """The interpreter exits."""
        ...

    def end_with_exception(self, error: BaseException) -> None:
        """An exception ends the program."""
        ...

    def end_with_signal(self) -> None:
        """SIGTERM came. Called in a thread of its own, while the main thread waits."""
        ...

    def become_child(self) -> None:
        """This process is a fork of the one that installed the hooks."""
        ...


class ProcessHooks:
    """Hooks for one run. Others' handlers are kept: they are called after ours, and put back at the end."""

    def __init__(self, ending: Ending, signal_seconds: float) -> None:
        self._ending = ending
        self._signal_seconds = signal_seconds
        self._pid = os.getpid()
        self._installed = False
        self._previous_excepthook: Callable[..., Any] = sys.excepthook
        self._previous_signal: Any = None

    def install(self) -> None:
        """Installs all that can be.

        The signal handler only in the main thread, and not where SIGTERM is ignored.
        """
        self._installed = True
        atexit.register(self._at_exit)
        self._previous_excepthook = sys.excepthook
        sys.excepthook = self._on_exception
        _tell_children(weakref.ref(self))
        if threading.current_thread() is threading.main_thread():
            previous = signal.getsignal(signal.SIGTERM)
            if previous is not None and previous is not signal.SIG_IGN:
                self._previous_signal = previous
                signal.signal(signal.SIGTERM, self._on_signal)

    def remove(self) -> None:
        """Puts back what was there. A hook that another has wrapped since stays and does nothing."""
        self._installed = False
        atexit.unregister(self._at_exit)
        if sys.excepthook == self._on_exception:
            sys.excepthook = self._previous_excepthook
        in_main = threading.current_thread() is threading.main_thread()
        if (
            self._previous_signal is not None
            and in_main
            and signal.getsignal(signal.SIGTERM) == self._on_signal
        ):
            signal.signal(signal.SIGTERM, self._previous_signal)

    @property
    def _active(self) -> bool:
        return self._installed and os.getpid() == self._pid

    def _at_exit(self) -> None:
        if self._active:
            self._ending.end_with_process()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if self._active:
            self._ending.end_with_exception(error)
        self._previous_excepthook(kind, error, traceback)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._active:
            # In another thread: the main one may hold any lock at this moment.
            thread = threading.Thread(target=self._ending.end_with_signal, daemon=True)
            # No thread can be started once the interpreter exits; the run is ended then.
            with contextlib.suppress(RuntimeError):
                thread.start()
                thread.join(self._signal_seconds)
        previous = self._previous_signal
        if callable(previous):
            previous(number, frame)
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)

    def become_child(self) -> None:
        """For the process's own hook."""
        if self._installed:
            self._ending.become_child()


def _tell_children(hooks: 'weakref.ref[ProcessHooks]') -> None:
    """Such a hook cannot be taken back, so that it must not keep a run alive."""
    if not hasattr(os, 'register_at_fork'):
        return

    def in_child() -> None:
        found = hooks()
        if found is not None:
            found.become_child()

    os.register_at_fork(after_in_child=in_child)
