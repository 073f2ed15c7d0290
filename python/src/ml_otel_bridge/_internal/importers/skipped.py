"""What an import left out, and why."""

from collections import Counter
from collections.abc import Mapping

_REASONS = 50


class Skipped:
    """Counts by reason, with the place of the first of each.

    Of more than 50 reasons the rest is counted together.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def add(self, reason: str, place: str = '', count: int = 1) -> None:
        """`reason` is the same for what is alike; `place` says where the first one is."""
        if reason not in self._counts and len(self._counts) >= _REASONS:
            reason, place = 'other reasons', ''
        self._counts[reason] += count
        self._first.setdefault(reason, place)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many, by reason."""
        return dict(self._counts)

    def place(self, reason: str) -> str:
        """Where the first one of a reason was; may be empty."""
        return self._first.get(reason, '')

    @property
    def total(self) -> int:
        return sum(self._counts.values())
