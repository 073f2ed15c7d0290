"""Sends what a source reads as a run: the same points and events however often it is imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ml_otel_bridge._internal.importers.row import ImportFailedError, RunInfo, Source
from ml_otel_bridge._internal.importers.skipped import Skipped
from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.identity.resource import run_resource
from ml_otel_bridge._internal.runs.limits import MAX_ID_LENGTH
from ml_otel_bridge._internal.runs.otlp import events
from ml_otel_bridge._internal.runs.otlp.requests_of import resource_bytes
from ml_otel_bridge._internal.runs.pipeline import Pipeline, PipelineOptions
from ml_otel_bridge._internal.runs.spool.frames import FrameKind
from ml_otel_bridge._internal.runs.spool.spool_header import SpoolHeader
from ml_otel_bridge._internal.settings.settings import Settings

_ROWS_AT_ONCE = 20_000
"""Rows that are read before the sender must have caught up: what bounds the memory and the spool."""
_PATIENCE = 20.0
"""Seconds in which nothing gets through, after which an import gives up."""
_FIRST_PATIENCE = 5.0
"""The same before anything was sent: mostly the address is wrong."""
_NO_LIMIT = 2**62

Progress = Callable[[int, int], None]
"""Told the bytes that were read and the rows that were taken, so far."""


@dataclass(frozen=True)
class ImportTarget:
    """What the runs of an import belong to, and where they go."""

    project: str
    settings: Settings
    directory: Path
    """Where spools lie: rows pass through one, and wait in it with `offline`."""
    model: str | None = None
    dataset: str = ''
    tags: tuple[str, ...] = ()
    offline: bool = False
    ordered: bool = True
    step_attributes: bool = True
    """False: points without epoch and batch, for a collector that is not ours."""
    patience: float = _PATIENCE


@dataclass(frozen=True)
class ImportReport:
    """What became of one run."""

    info: RunInfo
    rows: int
    points: int
    """Values that were taken."""
    skipped: Skipped
    refused: Mapping[str, int] = field(default_factory=dict[str, int])
    """What the run or the receiver did not take, by cause."""


def import_run(source: Source, target: ImportTarget, progress: Progress = lambda _, __: None) -> ImportReport:
    """Reads all of a source and sends it; returns once the receiver has it (offline: once it is written).

    The run begins with its first row and ends with its last one. Nothing of it says when it was imported, so
    importing it again makes the same points and events, which the store keeps once.

    Raises:
        ImportFailedError: nobody takes it, or the file cannot be read further.
        OSError: the file cannot be read, or no spool can be written.
    """
    for name, text in (('id', source.info.id), ('project', target.project), ('model', target.model or '')):
        if len(text) > MAX_ID_LENGTH or not text.isprintable():
            raise ImportFailedError(f'{name}: expected at most {MAX_ID_LENGTH} printable characters')
    return _Import(source.info, target).take(source, progress)


class _Import:
    def __init__(self, info: RunInfo, target: ImportTarget) -> None:
        self._info = info
        self._target = target
        self._skipped = Skipped()
        identity = RunIdentity(info.id, target.model or target.project, target.dataset, None, info.start_time)
        resource = run_resource(target.settings, target.project)
        encoded = resource_bytes(resource)
        self._encoder = events.EventEncoder(identity, encoded)
        endpoint = target.settings.endpoint_for('metrics')
        mode = 'offline' if target.offline else 'online'
        header = SpoolHeader(identity, resource, mode, endpoint, target.step_attributes)
        options = PipelineOptions(target.directory, target.settings, _NO_LIMIT, send_interval=0.05)
        self._pipeline = Pipeline(header, encoded, options)
        if self._pipeline.folder is None:
            raise ImportFailedError(f'{target.directory}: no spool can be written there: see ML_OTEL_DIR')

    def take(self, source: Source, progress: Progress) -> ImportReport:
        self._pipeline.start()
        kept = False
        try:
            self._begin()
            rows, points, last = self._send_rows(source, progress)
            self._emit(events.FINISHED, last, {'ml.run.status': 'finished'})
            self._catch_up(rows)
            kept = self._target.offline
        finally:
            self._pipeline.close(0.0, 0.0)
            if not kept:
                # What was not sent still lies in the file that it came from.
                self._pipeline.spool.remove()
        return ImportReport(self._info, rows, points, self._skipped, self._refused())

    def _begin(self) -> None:
        target, start = self._target, self._info.start_time
        attributes: dict[str, object] = {'ml.project': target.project, 'label.name': self._info.name}
        attributes |= {f'label.tag.{tag[:200]}': 'true' for tag in target.tags}
        if not target.ordered:
            attributes['ml.run.ordered'] = False
        self._emit(events.STARTED, start, attributes)
        if self._info.config:
            self._emit(events.CONFIG, start, {}, self._info.config)
        # Before the file is read: whether anybody takes it.
        self._catch_up(0, min(_FIRST_PATIENCE, target.patience))

    def _send_rows(self, source: Source, progress: Progress) -> tuple[int, int, int]:
        rows = points = 0
        # After the beginning, with one row only, too: of two events at one time neither is the last.
        last = self._info.start_time + 1
        append = self._pipeline.writer.steps.append
        for row, end in source.rows(self._skipped):
            append((row.time, dict(row.values), row.step, row.epoch, row.time))
            rows += 1
            points += len(row.values)
            last = max(last, row.time)
            if rows % _ROWS_AT_ONCE == 0:
                self._catch_up(rows)
                progress(end, rows)
        progress(self._info.size, rows)
        return rows, points, last

    def _catch_up(self, rows: int, patience: float | None = None) -> None:
        if self._pipeline.flush(_NO_LIMIT, patience or self._target.patience):
            return
        where = self._target.settings.endpoint_for('metrics')
        reason = self._pipeline.sender.halted if self._pipeline.sender else None
        raise ImportFailedError(
            f'{self._info.path}: {where} takes nothing{f" ({reason})" if reason else ""}: stopped after at '
            f'most {rows:,} rows. See `ml-otel-py doctor`, then import again: nothing comes twice by that.'
        )

    def _emit(self, name: str, time: int, attributes: Mapping[str, object], body: object = None) -> None:
        self._pipeline.writer.signals.append(
            (FrameKind.LOGS, lambda: self._encoder.encode(name, time, time, attributes, body=body))
        )

    def _refused(self) -> dict[str, int]:
        refused = dict(self._pipeline.refusals.counts)
        if self._pipeline.sender is not None and self._pipeline.sender.counts.rejected_points:
            refused['points that the receiver rejected'] = self._pipeline.sender.counts.rejected_points
        return refused
