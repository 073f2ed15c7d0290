"""What waits on disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml_otel_bridge._internal.runs.spool.folder_lock import FolderLock
from ml_otel_bridge._internal.runs.spool.folders import spool_folders
from ml_otel_bridge._internal.runs.spool.spool_header import SpoolHeader
from ml_otel_bridge._internal.runs.sync import DeadSpool


@dataclass(frozen=True)
class SpoolEntry:
    """One spool.

    `running` where a process writes or sends it; `damaged` where nobody can tell whose it is.
    """

    folder: Path
    state: Literal['waiting', 'running', 'damaged']
    size: int
    """Bytes."""
    changed: float
    """Seconds since 1970."""
    header: SpoolHeader | None


def list_spools(directory: Path) -> Iterator[SpoolEntry]:
    """The spools in `directory`, by name; none where there is no such folder."""
    for folder in spool_folders(directory):
        try:
            entry = _entry(folder)
        except OSError:
            continue  # sent and removed meanwhile
        if entry is not None:
            yield entry


def _entry(folder: Path) -> SpoolEntry | None:
    lock = FolderLock.acquire(folder)
    if lock is not None:
        lock.release()
    stats = [file.stat() for file in folder.iterdir() if file.name != 'lock']
    if not stats and lock is not None:
        return None
    try:
        header = DeadSpool(folder).header()
    except ValueError:
        header = None
    state = 'running' if lock is None else 'waiting' if header is not None else 'damaged'
    size = sum(stat.st_size for stat in stats)
    changed = max((stat.st_mtime for stat in stats), default=folder.stat().st_mtime)
    return SpoolEntry(folder, state, size, changed, header)
