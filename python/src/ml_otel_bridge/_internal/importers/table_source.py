"""A file of records (rows of a CSV, lines of JSON) as one run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ml_otel_bridge._internal.importers.columns import Columns, find_columns
from ml_otel_bridge._internal.importers.lines import count_lines
from ml_otel_bridge._internal.importers.numbers import is_missing
from ml_otel_bridge._internal.importers.row import ImportFailedError, Row, RunInfo
from ml_otel_bridge._internal.importers.row_builder import RowBuilder
from ml_otel_bridge._internal.importers.row_times import MILLISECOND, GivenTimes, LineTimes
from ml_otel_bridge._internal.importers.run_id import run_id
from ml_otel_bridge._internal.importers.skipped import Skipped

_PEEK = 100
_IDENTIFYING = 4096


@dataclass(frozen=True, slots=True)
class Record:
    """Names and values as the file has them.

    `begin` tells it from other files' records; `end` is the bytes read so far.
    """

    values: Mapping[str, object]
    number: int
    end: int


RecordReader = Callable[[Path, Skipped], Iterator[Record]]


@dataclass(frozen=True)
class TableOptions:
    """What a person says about a file; what is None is found out."""

    columns: Columns = field(default_factory=Columns)
    id: str | None = None
    name: str | None = None
    start_time: int | None = None
    """Nanoseconds since 1970."""


class TableSource:
    """Reads rows with `read`. Making one reads the first hundred records.

    Without a column of times, rows are a millisecond apart and the last one is when the file was changed
    last; with `start_time` they begin there, so that a file that grows keeps the times of its rows. Without
    steps, epochs and times the rows are numbered, from 0.
    """

    def __init__(self, path: Path, read: RecordReader, options: TableOptions) -> None:
        self._path = path
        self._read = read
        self._options = options
        skipped = Skipped()
        first = list(islice(read(path, skipped), _PEEK))
        if not first:
            why = ', '.join(f'{count} {reason}' for reason, count in skipped.counts.items())
            raise ImportFailedError(f'{path}: has no rows{f" ({why})" if why else ""}')
        self.columns = find_columns(_first_values(first), options.columns)
        self._times = self._make_times(first)
        stat = path.stat()
        with path.open('rb') as file:
            begin = _first_two_lines(file.read(_IDENTIFYING))
        self.info = RunInfo(
            id=options.id or run_id(path, begin),
            name=options.name or path.name,
            start_time=self._times.start,
            path=path,
            size=stat.st_size,
            config={'imported_from': path.name},
        )

    def rows(self, skipped: Skipped) -> Iterator[tuple[Row, int]]:
        build = RowBuilder(self.columns, self._times, skipped).build
        for record in self._read(self._path, skipped):
            row = build(record.values, record.number)
            if row is not None:
                yield row, record.end

    def _make_times(self, first: list[Record]) -> GivenTimes | LineTimes:
        start = self._options.start_time
        if self.columns.time is not None:
            return GivenTimes(self.columns.time, first, start)
        if start is None:
            start = self._path.stat().st_mtime_ns - count_lines(self._path) * MILLISECOND
        return LineTimes(max(start, 0))


def _first_values(records: list[Record]) -> dict[str, object]:
    """Of each name the first value there is; in sparse files the first row has few."""
    found: dict[str, object] = {}
    for record in records:
        for name, value in record.values.items():
            if found.get(name) is None:
                missing = value is None or (isinstance(value, str) and is_missing(value))
                found[name] = None if missing else value
    return found


def _first_two_lines(begin: bytes) -> bytes:
    return b'\n'.join(begin.split(b'\n')[:2])
