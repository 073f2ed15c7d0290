import threading
from collections.abc import Iterator, MutableMapping
from typing import Any

from ml_otel_bridge._internal.runs.values.plain import PlainCopy


class RunConfig(MutableMapping[str, Any]):
    """Hyperparameters and whatever else belongs to a run. Each change is sent; the last one counts.

    Values are kept as plain JSON: what is given is copied, and what JSON cannot hold becomes its text.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, Any] = {}
        self._version = 0
        self._sent = 0

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: object) -> None:
        plain = PlainCopy().copy(value)
        with self._lock:
            if str(key) in self._values and self._values[str(key)] == plain:
                return
            self._values = {**self._values, str(key): plain}
            self._version += 1

    def __delitem__(self, key: str) -> None:
        with self._lock:
            self._values = {name: value for name, value in self._values.items() if name != key}
            self._version += 1

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f'RunConfig({self._values!r})'

    def take_change(self) -> dict[str, Any] | None:
        """All of it, where it changed since the last call."""
        with self._lock:
            if self._version == self._sent:
                return None
            self._sent = self._version
            return PlainCopy().copy(self._values)  # type: ignore[return-value]  # within the limits of all of it

    def after_fork(self) -> None:
        """In a forked child: another thread may have held the lock at that moment."""
        self._lock = threading.Lock()
