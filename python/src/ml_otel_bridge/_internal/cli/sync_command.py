"""`ml-otel-py sync`."""

import os
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ml_otel_bridge._internal.cli.connection import connection_options, settings_of
from ml_otel_bridge._internal.cli.failure import one_line
from ml_otel_bridge._internal.runs.run_settings import read_run_settings
from ml_otel_bridge._internal.runs.sync import SyncReport, sync_spools


@click.command()
@click.argument('directory', required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@connection_options
def sync(
    directory: Path | None, endpoint: str | None, protocol: str | None, headers: tuple[str, ...]
) -> None:
    """Send what runs left on disk: offline runs, and what nobody took at the time.

    DIRECTORY is where spools lie; default: ML_OTEL_DIR, else the user's data folder. Runs that are going on
    send themselves. Exits with 1 when something is left that could not be sent.
    """
    with one_line():
        folder = directory or read_run_settings({}, os.environ).dir
        settings = settings_of(endpoint, protocol, headers)
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn('{task.description}'), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task('sending')

            def tell(report: SyncReport) -> None:
                bar.update(
                    task, description=f'{report.run}: {report.steps:,} steps, {report.points:,} points'
                )

            report = sync_spools(folder, settings, tell)
    click.echo(_sentence(report, folder))
    if report.remaining or report.refused_steps:
        if report.remaining:
            click.echo('Look with `ml-otel-py doctor` what the receiver says.', err=True)
        raise SystemExit(1)


def _sentence(report: SyncReport, folder: Path) -> str:
    if not (report.spools or report.remaining or report.busy or report.damaged):
        return f'Nothing waits in {folder}.'
    parts = [f'{report.spools} sent ({report.steps:,} steps, {report.points:,} points)']
    for count, what in (
        (report.remaining, 'not sent'),
        (report.busy, 'of processes that are running'),
        (report.damaged, 'damaged in part'),
    ):
        if count:
            parts.append(f'{count} {what}')
    if report.refused_steps:
        parts.append(f'{report.refused_steps:,} steps refused by the receiver, and lost')
    return f'Spools: {", ".join(parts)}.'
