import os
import sys
from pathlib import Path
from typing import IO


class FolderLock:
    """A claim on a folder that ends with its process, however that ends.

    The kernel holds it, not a file's content.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] | None = file

    @classmethod
    def acquire(cls, folder: Path) -> 'FolderLock | None':
        """Claims a folder; None where another process (or this one) has it.

        Raises:
            FileNotFoundError: where the folder is not there, or went while it was being claimed.
            OSError: where the folder cannot be written.
        """
        path = folder / 'lock'
        file = path.open('ab')
        try:
            _lock(file)
        except OSError:
            file.close()
            return None
        try:
            # Who had it may have removed it since it was opened; a file without a name keeps nobody out.
            if not os.path.samestat(path.stat(), os.fstat(file.fileno())):
                raise FileNotFoundError(path)
        except OSError:
            file.close()
            raise
        return cls(file)

    def release(self) -> None:
        """Ends the claim.

        In a forked child it only closes the child's hold on it: the parent's claim stands.
        """
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[bytes]) -> None:
    if sys.platform == 'win32':
        import msvcrt  # noqa: PLC0415 - only there

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        # Not lockf: those of POSIX belong to the process and fall when any file of the same name is closed.
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.set_inheritable(file.fileno(), False)
