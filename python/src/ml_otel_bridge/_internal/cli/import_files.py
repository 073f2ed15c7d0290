"""Imports one run after the other, with a bar for each and a summary of all."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from ml_otel_bridge._internal.cli.consoles import wide_console
from ml_otel_bridge._internal.importers.import_run import ImportReport, ImportTarget, import_run
from ml_otel_bridge._internal.importers.row import Source

_RUNS_SHOWN = 50


def import_files(sources: Sequence[Source], target: ImportTarget) -> None:
    """Raises `ImportFailedError` or `OSError` with the first run that fails, after a summary of the rest."""
    console = Console(stderr=True)
    reports: list[ImportReport] = []
    try:
        with _bar(console) as bar:
            for number, source in enumerate(sources, 1):
                title = (
                    source.info.name if len(sources) == 1 else f'{number}/{len(sources)} {source.info.name}'
                )
                task = bar.add_task(escape(title), total=source.info.size)
                reports.append(
                    import_run(source, target, lambda done, _, task=task: bar.update(task, completed=done))
                )
                bar.remove_task(task)
    finally:
        _summarize(reports, target)


def _bar(console: Console) -> Progress:
    columns = (
        TextColumn('{task.description}'),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _summarize(reports: Sequence[ImportReport], target: ImportTarget) -> None:
    if not reports:
        return
    console = wide_console()
    table = Table('run', 'rows', 'points', 'from', box=None, pad_edge=False)
    for report in reports[:_RUNS_SHOWN]:
        cells = (report.info.id, f'{report.rows:,}', f'{report.points:,}', str(report.info.path))
        table.add_row(*map(escape, cells))
    console.print(table)
    if len(reports) > _RUNS_SHOWN:
        console.print(f'… and {len(reports) - _RUNS_SHOWN} runs more')
    rows, points = sum(report.rows for report in reports), sum(report.points for report in reports)
    verb = 'written; `ml-otel-py sync` sends them' if target.offline else 'sent'
    console.print(f'{len(reports)} runs, {rows:,} rows, {points:,} points {verb}.', markup=False)
    _tell_left_out(reports, console)


def _tell_left_out(reports: Sequence[ImportReport], console: Console) -> None:
    counts: Counter[str] = Counter()
    places: dict[str, str] = {}
    for report in reports:
        for reason, count in report.skipped.counts.items():
            counts[reason] += count
            place = report.skipped.place(reason)
            places.setdefault(reason, f' (first: {report.info.path}, {place})' if place else '')
        counts.update(report.refused)
    if counts:
        console.print('Left out:')
    for reason, count in counts.most_common():
        console.print(f'  {count:,} {reason}{places.get(reason, "")}', markup=False)
