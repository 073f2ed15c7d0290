"""Lines of a text file, one at a time, however large the file or a line of it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ml_otel_bridge._internal.importers.limits import MAX_LINE_BYTES
from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.importers.skipped import Skipped

_LOOK = 64 * 1024
_BLOCK = 1024 * 1024
_UTF16 = (b'\xff\xfe', b'\xfe\xff')


@dataclass(frozen=True, slots=True)
class Line:
    """`number` counts from 1; `end` is the bytes from the file's beginning to the end of the line."""

    text: str
    number: int
    end: int


def read_lines(path: Path, skipped: Skipped) -> Iterator[Line]:
    """The lines that are not empty, without their ends. A byte order mark is left out.

    Lines that are too long or no UTF-8 are counted in `skipped`. Raises `ImportFailedError` for no text.
    """
    with path.open('rb') as file:
        check_is_text(path, file.read(_LOOK))
        file.seek(0)
        number = 0
        while raw := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(raw) > MAX_LINE_BYTES and not raw.endswith(b'\n'):
                _skip_line(file)
                skipped.add(f'lines longer than {MAX_LINE_BYTES // 2**20} MiB', f'line {number}')
                continue
            text = _decode(raw, number, skipped)
            if text:
                yield Line(text, number, file.tell())


def check_is_text(path: Path, begin: bytes) -> None:
    """Raises `ImportFailedError` where a file that begins so holds no UTF-8 text."""
    if begin.startswith(_UTF16):
        raise ImportFailedError(f'{path}: is UTF-16 text: save it as UTF-8')
    if b'\0' in begin:
        raise ImportFailedError(f'{path}: is no text file')


def count_lines(path: Path) -> int:
    """How many line ends a file has, and one more for what follows the last."""
    count, last = 0, b'\n'
    with path.open('rb') as file:
        while block := file.read(_BLOCK):
            count += block.count(b'\n')
            last = block[-1:]
    return count + (last != b'\n')


def _skip_line(file: BinaryIO) -> None:
    while part := file.readline(_BLOCK):
        if part.endswith(b'\n'):
            return


def _decode(raw: bytes, number: int, skipped: Skipped) -> str:
    try:
        text = raw.decode('utf-8-sig' if number == 1 else 'utf-8')
    except UnicodeDecodeError:
        skipped.add('lines that are no UTF-8', f'line {number}')
        return ''
    if '\0' in text:
        skipped.add('lines with NUL bytes', f'line {number}')
        return ''
    return text.rstrip('\r\n') if not text.isspace() else ''
