from pathlib import Path

from ml_otel_bridge._internal.importers.columns import Columns
from ml_otel_bridge._internal.importers.csv_source import CsvReader
from ml_otel_bridge._internal.importers.jsonl_source import read_jsonl
from ml_otel_bridge._internal.importers.row import Row, Source
from ml_otel_bridge._internal.importers.skipped import Skipped
from ml_otel_bridge._internal.importers.table_source import TableOptions, TableSource

NANO = 10**9


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding='utf-8')
    return path


def csv_source(path: Path, columns: Columns | None = None, start_time: int | None = None) -> TableSource:
    options = TableOptions(columns=columns or Columns(), start_time=start_time)
    return TableSource(path, CsvReader(), options)


def jsonl_source(path: Path, columns: Columns | None = None, start_time: int | None = None) -> TableSource:
    options = TableOptions(columns=columns or Columns(), start_time=start_time)
    return TableSource(path, read_jsonl, options)


def read(source: Source) -> tuple[list[Row], dict[str, int]]:
    """The rows, and what was skipped."""
    skipped = Skipped()
    rows = [row for row, _ in source.rows(skipped)]
    return rows, dict(skipped.counts)


def steps(rows: list[Row]) -> list[tuple[float | None, int | None, dict[str, float]]]:
    return [(row.epoch, row.step, dict(row.values)) for row in rows]
