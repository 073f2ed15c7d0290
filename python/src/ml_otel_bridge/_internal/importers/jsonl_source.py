"""Files with one JSON object in each line, as detectron2, mmengine, LLaMA-Factory and Ray write them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from ml_otel_bridge._internal.importers.limits import MAX_NESTING
from ml_otel_bridge._internal.importers.lines import read_lines
from ml_otel_bridge._internal.importers.skipped import Skipped
from ml_otel_bridge._internal.importers.table_source import Record


def read_jsonl(path: Path, skipped: Skipped) -> Iterator[Record]:
    """The objects, flat: keys of nested ones are joined with dots.

    Bare `NaN` and `Infinity`, as Python writes them, are read. An unfinished last line is normal; it is
    counted like any other line that is no JSON object.
    """
    for line in read_lines(path, skipped):
        try:
            value: object = json.loads(line.text)
        except (ValueError, RecursionError):
            skipped.add('lines that are no JSON', f'line {line.number}')
            continue
        if not isinstance(value, dict):
            skipped.add('lines that are no JSON object', f'line {line.number}')
            continue
        flat: dict[str, object] = {}
        flatten_into(flat, cast('Mapping[str, object]', value), '', 0)
        yield Record(flat, line.number, line.end)


def flatten_into(flat: dict[str, object], values: Mapping[str, object], prefix: str, depth: int) -> None:
    """Lists stay as they are: they are no numbers. What is nested deeper than `MAX_NESTING` is left out."""
    for key, value in values.items():
        if isinstance(value, dict):
            if depth < MAX_NESTING:
                flatten_into(flat, cast('Mapping[str, object]', value), f'{prefix}{key}.', depth + 1)
        else:
            flat[prefix + key] = value
