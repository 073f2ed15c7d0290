"""Where a spool's bytes lie: in files, or in memory where no file can be written."""

import io
from pathlib import Path
from typing import Protocol

SUFFIX = '.spool'


class Segment(Protocol):
    """A piece of a spool: appended to by one thread, read by another up to `size`."""

    number: int
    size: int
    steps: int
    """Steps that were appended."""

    def append(self, data: bytes) -> None:
        """Raises OSError where it cannot be written; then nothing of `data` is in it."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Bytes from `offset`, fewer at the end."""
        ...

    def close(self) -> None:
        """No more is appended."""
        ...

    def remove(self) -> None:
        """It is not needed any more."""
        ...


class FileSegment:
    """A file. What `append` returned from outlives the process: it lies in the system's cache at least."""

    def __init__(self, path: Path, number: int, file: io.FileIO | None, size: int) -> None:
        self.number = number
        self.size = size
        self.steps = 0
        self._path = path
        self._file = file

    @classmethod
    def create(cls, folder: Path, number: int) -> 'FileSegment':
        """A new file. Raises OSError where that cannot be."""
        path = folder / f'{number:08}{SUFFIX}'
        return cls(path, number, io.FileIO(path, 'xb'), 0)

    @classmethod
    def found_in(cls, folder: Path) -> 'list[FileSegment]':
        """The files that an earlier process left, to be read."""
        files = sorted(path for path in folder.glob(f'*{SUFFIX}') if path.stem.isdigit())
        return [cls(path, int(path.stem), None, path.stat().st_size) for path in files]

    def append(self, data: bytes) -> None:
        """Writes all of it or, where the disk is full, takes back what of it was written."""
        if self._file is None:
            raise OSError('the spool file is not open for writing')
        left = memoryview(data)
        try:
            while left:
                left = left[self._file.write(left) or 0 :]
        except OSError:
            self._file.truncate(self.size)
            self._file.seek(self.size)
            raise
        self.size += len(data)

    def read(self, offset: int, length: int) -> bytes:
        """Reads through a handle of its own, since the writer's has a position."""
        with self._path.open('rb') as file:
            file.seek(offset)
            return file.read(min(length, self.size - offset))

    def close(self) -> None:
        """Closes the writer's handle."""
        if self._file is not None:
            self._file.close()

    def remove(self) -> None:
        """Deletes the file."""
        self.close()
        self._path.unlink(missing_ok=True)


class MemorySegment:
    """Bytes in memory, which end with the process."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.size = 0
        self.steps = 0
        self._data = bytearray()

    def append(self, data: bytes) -> None:
        """Keeps a copy."""
        self._data += data
        self.size = len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        """A copy of a part."""
        return bytes(self._data[offset : offset + length])

    def close(self) -> None:
        """Nothing is to be done."""

    def remove(self) -> None:
        """Lets go of the memory."""
        self._data = bytearray()
