"""TensorBoard's event files: each folder that holds some is a run."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ml_otel_bridge._internal.extras import needs_extra
from ml_otel_bridge._internal.importers.limits import MAX_RUNS
from ml_otel_bridge._internal.importers.row import ImportFailedError, Row, RunInfo
from ml_otel_bridge._internal.importers.run_id import run_id
from ml_otel_bridge._internal.importers.skipped import Skipped

_MARK = '.tfevents.'


@dataclass(frozen=True)
class TensorBoardSource:
    """The event files of one folder, in the order in which they were begun: a resumed run has several."""

    info: RunInfo
    files: Sequence[Path]

    def rows(self, skipped: Skipped) -> Iterator[tuple[Row, int]]:
        from ml_otel_bridge._internal.importers.event_scalars import EventScalars  # noqa: PLC0415
        from ml_otel_bridge._internal.importers.tfrecord import read_records  # noqa: PLC0415

        scalars = EventScalars(skipped)
        before = 0
        for file in self.files:
            for record, end in read_records(file, skipped):
                for row in scalars.rows(record):
                    yield row, before + end
            before += file.stat().st_size


def find_runs(root: Path, *, id: str | None = None) -> list[TensorBoardSource]:  # noqa: A002
    """A source for each folder in and below `root` with event files in it, by name.

    Links to folders are not followed. `id` names the run where there is one only. Raises `ImportFailedError`
    where there is none or there are too many, and `MissingExtraError` without the package `tensorboard`.
    """
    _check_installed()
    folders = _event_files(root)
    if not folders:
        raise ImportFailedError(f'{root}: there are no event files (*tfevents*) in it or below')
    if id is not None and len(folders) > 1:
        raise ImportFailedError(f'{root}: an id fits one run, but there are {len(folders)}')
    return [_source(root, folder, files, id) for folder, files in sorted(folders.items())]


def _event_files(root: Path) -> dict[Path, list[Path]]:
    folders: dict[Path, list[Path]] = {}
    for folder, _, names in os.walk(root):
        files = sorted(Path(folder, name) for name in names if _MARK in name)
        if files:
            folders[Path(folder)] = files
        if len(folders) > MAX_RUNS:
            raise ImportFailedError(
                f'{root}: more than {MAX_RUNS:,} folders with event files: import a part of it'
            )
    return folders


def _source(root: Path, folder: Path, files: list[Path], given_id: str | None) -> TensorBoardSource:
    begin, start = _first_event(files)
    name = folder.relative_to(root).as_posix()
    info = RunInfo(
        id=given_id or run_id(folder, begin),
        name=root.resolve().name if name == '.' else name,
        start_time=start,
        path=folder,
        size=sum(file.stat().st_size for file in files),
        config={'imported_from': name},
    )
    return TensorBoardSource(info, files)


def _first_event(files: list[Path]) -> tuple[bytes, int]:
    """The first event, which says when the run began, and that time; else nothing, and a file's time."""
    from ml_otel_bridge._internal.importers.event_scalars import event_time  # noqa: PLC0415
    from ml_otel_bridge._internal.importers.tfrecord import read_records  # noqa: PLC0415

    for file in files:
        for record, _ in read_records(file, Skipped()):
            time = event_time(record)
            if time is not None:
                return record, time
            break
    return b'', files[0].stat().st_mtime_ns


def _check_installed() -> None:
    with needs_extra('tensorboard'):
        for module in ('google_crc32c', 'tensorboard'):
            import_module(module)
