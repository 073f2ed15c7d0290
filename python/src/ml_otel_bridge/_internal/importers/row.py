"""What every reader of a file gives: rows of numbers, and where they belong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ml_otel_bridge._internal.importers.skipped import Skipped


class ImportFailedError(Exception):
    """A file or folder of which nothing can be imported; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """Metrics of one moment. `time` is nanoseconds since 1970."""

    values: Mapping[str, float]
    time: int
    step: int | None = None
    epoch: float | None = None


@dataclass(frozen=True)
class RunInfo:
    """What a file says about the run as a whole. `id` is the same whenever the same file is read."""

    id: str
    name: str
    start_time: int
    """Nanoseconds since 1970."""
    path: Path
    size: int
    """Bytes to read; of all files of the run."""
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Source(Protocol):
    """One run in one file, or in the files of one folder."""

    @property
    def info(self) -> RunInfo: ...

    def rows(self, skipped: Skipped) -> Iterator[tuple[Row, int]]:
        """The rows in the order of the file, each with the bytes read so far.

        Can be called more than once. Raises `ImportFailedError` or `OSError` where nothing more can be read.
        """
        ...
