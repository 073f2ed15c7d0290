"""Makes a row of numbers of one record of a file."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from ml_otel_bridge._internal.importers.columns import Columns
from ml_otel_bridge._internal.importers.limits import MAX_COLUMNS, MAX_KEY_LENGTH, MAX_METRICS_PER_RUN
from ml_otel_bridge._internal.importers.numbers import is_missing, to_epoch, to_number, to_step
from ml_otel_bridge._internal.importers.row import Row
from ml_otel_bridge._internal.importers.skipped import Skipped

_Number = TypeVar('_Number', int, float)


class RowTimes(Protocol):
    def of(self, values: Mapping[str, object], number: int) -> int | None: ...


class RowBuilder:
    """Builds rows one after the other.

    What cannot be told is counted in `skipped`, a value or a row at a time.
    """

    def __init__(self, columns: Columns, times: RowTimes, skipped: Skipped) -> None:
        self._columns = columns
        self._not_metrics = columns.all
        self._times = times
        self._skipped = skipped
        self._keys: set[str] = set()
        self._refused: set[str] = set()
        self._numbered = not columns.all
        self._count = 0

    def build(self, values: Mapping[str, object], number: int) -> Row | None:
        """`number` is the line, from 1."""
        step_problem, step = _read(values, self._columns.step, to_step)
        epoch_problem, epoch = _read(values, self._columns.epoch, to_epoch)
        time = self._times.of(values, number)
        if step_problem or epoch_problem or time is None:
            what = 'step' if step_problem else 'epoch' if epoch_problem else 'time'
            self._skipped.add(f'rows whose {what} cannot be read', f'line {number}')
            return None
        metrics = self._metrics(values, number)
        if not metrics:
            self._skipped.add('rows without a metric', f'line {number}')
            return None
        self._count += 1
        return Row(metrics, time, self._count - 1 if self._numbered else step, epoch)

    def _metrics(self, values: Mapping[str, object], number: int) -> dict[str, float]:
        metrics: dict[str, float] = {}
        for key, value in values.items():
            if value is None or value == '' or key in self._not_metrics:
                continue
            found = to_number(value)
            if found is None:
                if not (isinstance(value, str) and is_missing(value)):
                    self._skipped.add(f'values of {key[:80]!r} that are no numbers', f'line {number}')
            elif key in self._keys or self._take(key, number):
                if len(metrics) >= MAX_COLUMNS:
                    self._skipped.add(f'rows cut off after {MAX_COLUMNS} metrics', f'line {number}')
                    break
                metrics[key] = found
        return metrics

    def _take(self, key: str, number: int) -> bool:
        problem = ''
        if not key.strip() or len(key) > MAX_KEY_LENGTH:
            problem = f'values whose name is empty or longer than {MAX_KEY_LENGTH} characters'
        elif len(self._keys) >= MAX_METRICS_PER_RUN:
            problem = f'values of metrics past {MAX_METRICS_PER_RUN} of one run'
        if problem:
            self._skipped.add(problem, f'line {number}')
            return False
        self._keys.add(key)
        return True


def _read(
    values: Mapping[str, object], column: str | None, read: Callable[[object], _Number | None]
) -> tuple[bool, _Number | None]:
    """Whether a cell has what cannot be read, and else what it has, which may be nothing."""
    value = None if column is None else values.get(column)
    if value is None or (isinstance(value, str) and is_missing(value)):
        return False, None
    found = read(value)
    return found is None, found
