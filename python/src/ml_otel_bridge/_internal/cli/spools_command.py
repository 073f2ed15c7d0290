"""`ml-otel-py spools`."""

import os
from datetime import datetime, timezone
from pathlib import Path

import click
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from ml_otel_bridge._internal.cli.consoles import wide_console
from ml_otel_bridge._internal.cli.failure import one_line
from ml_otel_bridge._internal.cli.spool_list import SpoolEntry, list_spools
from ml_otel_bridge._internal.runs.run_settings import read_run_settings


@click.command()
@click.argument('directory', required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
def spools(directory: Path | None) -> None:
    """List what runs left on disk.

    DIRECTORY is where spools lie; default: ML_OTEL_DIR, else the user's data folder. `ml-otel-py sync` sends
    what is waiting.
    """
    with one_line():
        folder = directory or read_run_settings({}, os.environ).dir
        found = list(list_spools(folder))
    if not found:
        click.echo(f'Nothing waits in {folder}.')
        return
    table = Table('run', 'project', 'mode', 'state', 'size', 'changed', 'folder', box=None, pad_edge=False)
    for entry in found:
        table.add_row(*map(escape, _cells(entry)))
    wide_console().print(table)


def _cells(entry: SpoolEntry) -> tuple[str, ...]:
    header = entry.header
    changed = datetime.fromtimestamp(entry.changed, timezone.utc).strftime('%Y-%m-%d %H:%M:%SZ')
    of_run = ('?', '?', '?')
    if header is not None:
        of_run = (header.identity.job_id, str(header.resource.get('service.name', '')), header.mode)
    return (*of_run, entry.state, decimal(entry.size), changed, entry.folder.name)
