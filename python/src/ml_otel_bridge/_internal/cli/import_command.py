"""`ml-otel-py import`: the options; what they do is in `import_files.py`."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from ml_otel_bridge._internal.cli.connection import connection_options, settings_of
from ml_otel_bridge._internal.cli.failure import one_line
from ml_otel_bridge._internal.cli.import_files import import_files
from ml_otel_bridge._internal.importers.columns import Columns
from ml_otel_bridge._internal.importers.csv_source import CsvReader
from ml_otel_bridge._internal.importers.import_run import ImportTarget
from ml_otel_bridge._internal.importers.jsonl_source import read_jsonl
from ml_otel_bridge._internal.importers.numbers import to_time
from ml_otel_bridge._internal.importers.row import ImportFailedError, Source
from ml_otel_bridge._internal.importers.table_source import RecordReader, TableOptions, TableSource
from ml_otel_bridge._internal.importers.tensorboard_source import find_runs
from ml_otel_bridge._internal.importers.trainer_state import read_trainer_state
from ml_otel_bridge._internal.runs.run_settings import read_run_settings

_Command = TypeVar('_Command', bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@click.group('import')
def import_group() -> None:
    """Send what a trainer wrote: the same run, with the same steps and times, however often it is imported.

    Exits with 0 when all that could be read was taken; what was left out is listed. Exits with 1 when a file
    could not be read, or nobody took it.
    """


def run_options(command: _Command) -> _Command:
    """What the run belongs to."""
    for option in (
        click.option('--offline', is_flag=True, help='Only write a spool, for `ml-otel-py sync`.'),
        click.option('--unordered', is_flag=True, help='Steps fall on purpose: that is no resumed run.'),
        click.option('--tag', 'tags', multiple=True, help='Word to find the run by; may be given again.'),
        click.option('--dataset', default='', help='What it was trained on.'),
        click.option('--model', help='Default: the project.'),
        click.option('--id', 'run_id', help='Default: made of the path and of how the content begins.'),
        click.option('--project', help='Default: the name of the folder.'),
    ):
        command = option(command)
    return connection_options(command)


def table_options(command: _Command) -> _Command:
    """Which columns mean what."""
    for option in (
        click.option(
            '--start-time',
            help='When the run began, as a date or seconds since 1970: for rows without a time of day.',
        ),
        click.option(
            '--time', 'time_column', metavar='COLUMN', help='Column of times; `none` for no such column.'
        ),
        click.option('--epoch', 'epoch_column', metavar='COLUMN', help='Column of epochs; `none` likewise.'),
        click.option('--step', 'step_column', metavar='COLUMN', help='Column of steps; `none` likewise.'),
    ):
        command = option(command)
    return command


@import_group.command('tensorboard')
@click.argument('directory', type=click.Path(path_type=Path, exists=True, file_okay=False, readable=True))
@run_options
def tensorboard(directory: Path, **options: Any) -> None:
    """TensorBoard's event files: each folder in DIRECTORY that holds some is a run.

    Needs the extra: pip install 'ml-otel-bridge[tensorboard]'. TensorFlow is not needed.
    """
    with one_line():
        sources = find_runs(directory, id=options['run_id'])
        import_files(sources, _target(directory.resolve().name, options))


@import_group.command('csv')
@click.argument('files', nargs=-1, required=True, type=_FILE)
@click.option(
    '--delimiter', help='Default: the one of comma, semicolon, tab and | that the first line has most of.'
)
@table_options
@run_options
def csv(files: tuple[Path, ...], delimiter: str | None, **options: Any) -> None:
    """CSV FILES whose first line names the columns: each file is a run."""
    if delimiter is not None and len(delimiter) != 1:
        raise click.BadParameter('expected one character', param_hint='--delimiter')
    _import_tables(files, CsvReader(delimiter), options)


@import_group.command('jsonl')
@click.argument('files', nargs=-1, required=True, type=_FILE)
@table_options
@run_options
def jsonl(files: tuple[Path, ...], **options: Any) -> None:
    """FILES with one JSON object in each line: each file is a run."""
    _import_tables(files, read_jsonl, options)


@import_group.command('trainer-state')
@click.argument('files', nargs=-1, required=True, type=_FILE)
@table_options
@run_options
def trainer_state(files: tuple[Path, ...], **options: Any) -> None:
    """FILES that Transformers' Trainer names trainer_state.json: each is a run."""
    _import_tables(files, read_trainer_state, options)


def _import_tables(files: Sequence[Path], read: RecordReader, options: dict[str, Any]) -> None:
    with one_line():
        if options['run_id'] is not None and len(files) > 1:
            raise ImportFailedError(f'--id fits one run, but there are {len(files)} files')
        table = TableOptions(
            Columns(options['step_column'], options['epoch_column'], options['time_column']),
            options['run_id'],
            start_time=_start_time(options['start_time']),
        )
        sources: list[Source] = [TableSource(file, read, table) for file in files]
        import_files(sources, _target(files[0].resolve().parent.name, options))


def _start_time(text: str | None) -> int | None:
    time = None if text is None else to_time(text)
    if text is not None and time is None:
        raise click.BadParameter(
            f'expected a date or seconds since 1970, got {text!r}', param_hint='--start-time'
        )
    return time


def _target(folder: str, options: dict[str, Any]) -> ImportTarget:
    own = read_run_settings({}, os.environ)
    return ImportTarget(
        project=options['project'] or folder or 'imported',
        settings=settings_of(options['endpoint'], options['protocol'], options['headers']),
        directory=own.dir,
        step_attributes=own.step_attributes,
        model=options['model'],
        dataset=options['dataset'],
        tags=options['tags'],
        offline=options['offline'],
        ordered=not options['unordered'],
    )
