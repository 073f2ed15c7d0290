"""CSV files, as Keras, Lightning, Ultralytics and DeepSpeed write them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from ml_otel_bridge._internal.importers.limits import MAX_COLUMNS
from ml_otel_bridge._internal.importers.lines import Line, read_lines
from ml_otel_bridge._internal.importers.numbers import to_number
from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.importers.skipped import Skipped
from ml_otel_bridge._internal.importers.table_source import Record

DELIMITERS = ',;\t|'
_QUOTED = re.compile('"[^"]*"')


class CsvReader:
    """Rows of a file whose first line names the columns.

    Without a `delimiter` it is the one that the first line has most of.

    A line is a row: quoted line breaks, which no trainer writes, are not read. Names are taken without the
    spaces around them. A first line that comes again, as after a restart, is left out; so is an unfinished
    last line.
    """

    def __init__(self, delimiter: str | None = None) -> None:
        self._delimiter = delimiter

    def __call__(self, path: Path, skipped: Skipped) -> Iterator[Record]:
        lines = read_lines(path, skipped)
        head = next(lines, None)
        if head is None:
            raise ImportFailedError(f'{path}: is empty')
        delimiter = self._delimiter or max(DELIMITERS, key=_QUOTED.sub('', head.text).count)
        names = _names(path, _cells(head, delimiter), skipped)
        for line in lines:
            if line.text == head.text:
                skipped.add('lines that name the columns again', f'line {line.number}')
                continue
            cells = _cells(line, delimiter)
            if cells is None or len(cells) != len(names):
                skipped.add(
                    'lines with another number of cells than there are columns', f'line {line.number}'
                )
                continue
            yield Record(_named(names, cells), line.number, line.end)


def _cells(line: Line, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line.text], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def _named(names: list[str | None], cells: list[str]) -> dict[str, object]:
    return {name: cell for name, cell in zip(names, cells, strict=True) if name is not None}


def _names(path: Path, cells: list[str] | None, skipped: Skipped) -> list[str | None]:
    """None for a column that is not read: it has no name (as pandas' index), or that of one before it."""
    if cells is None:
        raise ImportFailedError(f'{path}: its first line is no line of CSV')
    if len(cells) > MAX_COLUMNS + 3:
        raise ImportFailedError(f'{path}: has {len(cells):,} columns; at most {MAX_COLUMNS:,} are imported')
    if all(to_number(cell) is not None for cell in cells):
        raise ImportFailedError(f'{path}: its first line names no columns')
    names: list[str | None] = []
    for cell in cells:
        name = cell.strip()
        if name and name in names:
            skipped.add(f'columns with the name of another ({name[:80]!r})')
        names.append(None if not name or name in names else name)
    return names
