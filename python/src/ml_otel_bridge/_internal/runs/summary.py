from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from ml_otel_bridge._internal.runs.values.plain import PlainCopy


class RunSummary(MutableMapping[str, Any]):
    """The last value of each metric, by the key it was logged with, under what was set here by hand.

    What was set by hand goes into the configuration, as `summary`, when the run ends.
    """

    def __init__(self, latest: Callable[[], Mapping[str, float]]) -> None:
        self._latest = latest
        self.own: dict[str, Any] = {}
        """What was set by hand."""

    def __getitem__(self, key: str) -> Any:
        return self.own[key] if key in self.own else self._latest()[key]

    def __setitem__(self, key: str, value: object) -> None:
        self.own[str(key)] = PlainCopy().copy(value)

    def __delitem__(self, key: str) -> None:
        del self.own[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._latest(), **self.own})

    def __len__(self) -> int:
        return len({**self._latest(), **self.own})

    def __repr__(self) -> str:
        return f'RunSummary({ {**self._latest(), **self.own}!r})'
