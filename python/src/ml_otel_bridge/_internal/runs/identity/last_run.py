"""Which run of a project began last in a directory, for `resume=True`."""

import contextlib
import hashlib
from pathlib import Path


def _file(directory: Path, project: str) -> Path:
    return directory / 'last' / hashlib.sha256(project.encode('utf-8', 'replace')).hexdigest()[:32]


def write_last_run(directory: Path, project: str, run_id: str) -> None:
    """Remembers it; where that cannot be written, it is not remembered."""
    file = _file(directory, project)
    with contextlib.suppress(OSError, ValueError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(run_id, encoding='utf-8')


def read_last_run(directory: Path, project: str) -> str | None:
    """Its id; None where there is none."""
    try:
        return _file(directory, project).read_text(encoding='utf-8').strip() or None
    except (OSError, ValueError):
        return None
