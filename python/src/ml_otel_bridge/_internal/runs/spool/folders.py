"""Where spools lie: `<dir>/<run>-<unique>/`, one folder for each process that logs a run."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_path

from ml_otel_bridge._internal.runs.spool.folder_lock import FolderLock

_TRIES = 5
_REMOVED = '.removed-'


def default_directory() -> Path:
    """In the user's data folder."""
    return user_data_path('ml-otel-bridge') / 'runs'


def claim_folder(directory: Path, run_id: str) -> tuple[Path, FolderLock]:
    """Makes a folder of this process's own and claims it.

    Raises:
        OSError: where no folder can be made.
    """
    slug = re.sub(r'[^a-zA-Z0-9._-]+', '-', run_id)[:60].strip('.-') or 'run'
    for _ in range(_TRIES):
        folder = directory / f'{slug}-{time.time_ns():x}-{os.getpid()}'
        folder.mkdir(parents=True, mode=0o700)
        try:
            lock = FolderLock.acquire(folder)
        except FileNotFoundError:
            continue
        if lock is not None:
            return folder, lock
        # Somebody who looked for spools of dead processes was faster, and will remove it.
    raise OSError(f'no folder could be claimed in {directory}')


def spool_folders(directory: Path) -> Iterator[Path]:
    """Those in `directory`, by name; none where it is not there. Clears away what was half removed."""
    try:
        entries = sorted(directory.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(_REMOVED):
            shutil.rmtree(entry, ignore_errors=True)
        elif (entry / 'lock').is_file():
            yield entry


def remove_folder(folder: Path) -> None:
    """Removes the folder of a spool that has been sent. Only for who has claimed it.

    It goes at once and as a whole, since whoever found a part of it would send that part again.
    """
    gone = folder.with_name(_REMOVED + folder.name)
    try:
        folder.rename(gone)
    except OSError:
        gone = folder
    shutil.rmtree(gone, ignore_errors=True)
