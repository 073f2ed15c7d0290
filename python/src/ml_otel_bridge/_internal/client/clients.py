"""The clients of this process: what its end, and calls that name no client, are about.

This is state of the module because its subject is the process: as OpenTelemetry's own global providers are.
"""

import os
import threading
import weakref
from typing import Protocol


class Flushable(Protocol):
    """What has something to save before the process ends. Neither method may raise or take long."""

    def flush_at_exit(self) -> bool:
        """Saves or sends what is there."""
        ...

    def after_fork(self) -> None:
        """Called in a forked child."""
        ...


class Clients:
    """Those that are to be flushed when the process is told to end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._members: list[Flushable] = []

    def add(self, client: Flushable) -> None:
        """From now on it is flushed at the end of the process; a forked child keeps it, renewed."""
        with self._lock:
            self._members.append(client)
        _renew_in_children(client)

    def remove(self, client: Flushable) -> None:
        """No longer."""
        with self._lock:
            self._members = [member for member in self._members if member is not client]

    def all(self) -> list[Flushable]:
        """All that were added and not removed, the oldest first."""
        with self._lock:
            return list(self._members)

    def forget_lock(self) -> None:
        """In a forked child: the lock may have been held."""
        self._lock = threading.Lock()


CLIENTS = Clients()


def _renew_in_children(client: Flushable) -> None:
    if not hasattr(os, 'register_at_fork'):
        return
    kept = weakref.ref(client)

    def renew() -> None:
        CLIENTS.forget_lock()
        if (member := kept()) is not None:
            member.after_fork()

    os.register_at_fork(after_in_child=renew)
