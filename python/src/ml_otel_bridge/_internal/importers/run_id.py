"""Which run a file is: the same one whenever it is imported."""

import hashlib
import re
from pathlib import Path

_READABLE = 80


def run_id(path: Path, begin: bytes) -> str:
    """A readable id: the last names of the path, and a hash of the whole path and of how the content begins.

    The path tells apart files with the same content. The content tells apart files that lay at the same path
    on two machines. What is appended later changes neither.
    """
    resolved = path.resolve()
    digest = hashlib.sha256(str(resolved).encode('utf-8', 'surrogateescape') + b'\0' + begin).hexdigest()[:10]
    return f'{_readable(resolved)}-{digest}'


def _readable(path: Path) -> str:
    name = path.stem if path.suffix else path.name
    parts = [part for part in (path.parent.name, name) if part]
    return re.sub(r'[^A-Za-z0-9._-]+', '-', '-'.join(parts)).strip('-')[-_READABLE:] or 'run'
