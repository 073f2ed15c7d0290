"""When the rows of a file were."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ml_otel_bridge._internal.importers.numbers import elapsed_to_time, to_time
from ml_otel_bridge._internal.importers.row import ImportFailedError

MILLISECOND = 1_000_000
"""In nanoseconds: between rows of which nobody knows when they were."""


class _Record(Protocol):
    @property
    def values(self) -> Mapping[str, object]: ...


class LineTimes:
    """The row of line n is n milliseconds after `start`."""

    def __init__(self, start: int) -> None:
        self.start = start

    def of(self, values: Mapping[str, object], number: int) -> int | None:  # noqa: ARG002
        return self.start + number * MILLISECOND


class GivenTimes:
    """A column's times: of day, or, where they are smaller, seconds since `start`.

    A row without one has the time of the row before. None is a time that cannot be read.
    """

    def __init__(self, column: str, first: Sequence[_Record], start: int | None) -> None:
        self._column = column
        self._zero = start
        times = (self._read(record.values.get(column)) for record in first)
        found = next((time for time in times if time is not None), None)
        if found is None:
            hint = '' if start is not None else '; if they are seconds since the start, say when that was'
            raise ImportFailedError(f'column {column!r}: its values are no times{hint} (--start-time)')
        self.start = found if start is None else start
        self._last = found

    def of(self, values: Mapping[str, object], number: int) -> int | None:  # noqa: ARG002
        value = values.get(self._column)
        if value is None or value == '':
            return self._last
        time = self._read(value)
        if time is not None:
            self._last = time
        return time

    def _read(self, value: object) -> int | None:
        time = to_time(value)
        if time is None and self._zero is not None:
            time = elapsed_to_time(value, self._zero)
        return time
