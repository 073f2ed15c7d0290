"""Sends the spools that processes left which are no more."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ml_otel_bridge._internal.runs.otlp.counters import Counters
from ml_otel_bridge._internal.runs.otlp.mapping import StepMapper
from ml_otel_bridge._internal.runs.otlp.requests_of import resource_bytes
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.sending.clients import make_clients
from ml_otel_bridge._internal.runs.sending.sender import Sender
from ml_otel_bridge._internal.runs.spool.folder_lock import FolderLock
from ml_otel_bridge._internal.runs.spool.folders import remove_folder, spool_folders
from ml_otel_bridge._internal.runs.spool.frames import FrameKind, decode_frames
from ml_otel_bridge._internal.runs.spool.reading import SpoolReader
from ml_otel_bridge._internal.runs.spool.segments import FileSegment, Segment
from ml_otel_bridge._internal.runs.spool.spool import Position, read_acknowledged, write_acknowledged
from ml_otel_bridge._internal.runs.spool.spool_header import SpoolHeader
from ml_otel_bridge._internal.settings.settings import Settings

PATIENCE = 10.0
"""Seconds in which nothing gets through, after which a sync gives up."""
_HEADER_BYTES = 1024 * 1024


@dataclass(frozen=True)
class SyncReport:
    """What a sync did so far."""

    spools: int = 0
    """Sent to their end, and removed."""
    remaining: int = 0
    """Not sent to their end: the receiver did not answer, or takes nothing from us."""
    busy: int = 0
    """Of processes that are running, or that another sync sends."""
    steps: int = 0
    points: int = 0
    refused_steps: int = 0
    """Lost: the receiver refused them for good."""
    damaged: int = 0
    """Spools of which a part could not be read."""
    run: str = ''
    """The id of the run that was sent last."""


class DeadSpool:
    """The files that an ended process left; nothing is appended to them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments: list[Segment] = list(FileSegment.found_in(folder))

    def segment_from(self, number: int) -> Segment | None:
        """The first segment of this number or a later one."""
        return next((segment for segment in self._segments if segment.number >= number), None)

    def acknowledge(self, position: Position, steps: dict[int, int], counters: dict[str, Any]) -> None:
        """Removes what is before `position`, and writes down how far it is sent."""
        del steps
        for segment in [s for s in self._segments if s.number < position[0]]:
            self._segments.remove(segment)
            with contextlib.suppress(OSError):
                segment.remove()
        with contextlib.suppress(OSError):
            write_acknowledged(self._folder, position, counters)

    def header(self) -> SpoolHeader | None:
        """Whose it is; None where none of its files says so.

        Raises ValueError where it is of another version.
        """
        for segment in self._segments:
            for kind, payload, _ in decode_frames(segment.read(0, _HEADER_BYTES)):
                if kind == FrameKind.HEADER:
                    return SpoolHeader.decode(payload)
                break
        return None


def sync_spools(
    directory: str | os.PathLike[str],
    settings: Settings,
    progress: Callable[[SyncReport], None] | None = None,
    *,
    wanted: Callable[[SpoolHeader], bool] = lambda header: True,  # noqa: ARG005 - all
    patience: float = PATIENCE,
    stopped: Callable[[], bool] = lambda: False,
) -> SyncReport:
    """Sends every spool in `directory` whose process is no more, and removes what has arrived.

    Two at once never send one spool: each is claimed. Where the receiver does not answer for `patience`
    seconds the rest is left as it is. `progress` is called after each request that was answered.
    """
    report = SyncReport()
    for folder in spool_folders(Path(directory)):
        try:
            lock = FolderLock.acquire(folder)
        except OSError:
            continue  # Removed meanwhile, or not ours to write.
        if lock is None:
            report = replace(report, busy=report.busy + 1)
            continue
        try:
            report, go_on = _sync_one(folder, settings, report, progress, wanted, patience, stopped)
        finally:
            lock.release()
        if not go_on:
            break
    return report


def _sync_one(  # noqa: PLR0917 - of `sync_spools` only
    folder: Path,
    settings: Settings,
    report: SyncReport,
    progress: Callable[[SyncReport], None] | None,
    wanted: Callable[[SpoolHeader], bool],
    patience: float,
    stopped: Callable[[], bool],
) -> tuple[SyncReport, bool]:
    """The report, and whether the receiver is worth a further spool."""
    spool = DeadSpool(folder)
    if spool.segment_from(0) is None:
        remove_folder(folder)
        return report, True
    try:
        header = spool.header()
    except ValueError:
        header = None
    if header is None:
        return replace(report, damaged=report.damaged + 1, remaining=report.remaining + 1), True
    if not wanted(header):
        return report, True
    refusals = Refusals()
    position, counters = read_acknowledged(folder)
    mapper = StepMapper(header.identity, step_attributes=header.step_attributes)
    reader = SpoolReader(spool, position, mapper.point_bytes, refusals)
    clients = make_clients(settings, os.environ)
    sender = Sender(
        spool,
        reader,
        mapper,
        resource_bytes(header.resource),
        clients,
        Counters(counters),
        refusals,
        time.time_ns,
    )
    try:
        report, done = _send_all(
            sender, replace(report, run=header.identity.job_id), progress, patience, stopped
        )
    finally:
        for client in clients.values():
            client.close()
    if reader.damaged:
        report = replace(report, damaged=report.damaged + 1)
    if done:
        remove_folder(folder)
        return replace(report, spools=report.spools + 1), True
    return replace(report, remaining=report.remaining + 1), False


def _send_all(
    sender: Sender,
    before: SyncReport,
    progress: Callable[[SyncReport], None] | None,
    patience: float,
    stopped: Callable[[], bool],
) -> tuple[SyncReport, bool]:
    moved = time.monotonic()
    report = before
    while not stopped():
        step = sender.send_next()
        counts = sender.counts
        report = replace(
            before,
            steps=before.steps + counts.steps,
            points=before.points + counts.points,
            refused_steps=before.refused_steps + counts.refused_steps,
        )
        if step.status == 'idle':
            return report, True
        if step.status == 'sent':
            moved = time.monotonic()
            if progress is not None:
                progress(report)
            continue
        left = patience - (time.monotonic() - moved)
        if step.status == 'halted' or left <= 0:
            break
        time.sleep(min(step.seconds, left))
    return report, False


def sync_in_background(directory: Path, settings: Settings, endpoint: str) -> threading.Thread:
    """Sends what runs to the same receiver left, in a thread that ends with the process.

    Offline runs wait for a person.
    """

    def same(header: SpoolHeader) -> bool:
        return header.mode == 'online' and header.endpoint == endpoint

    def sync() -> None:
        from opentelemetry.context import attach, set_value  # noqa: PLC0415

        attach(set_value('suppress_instrumentation', True))
        sync_spools(directory, settings, wanted=same)

    thread = threading.Thread(target=sync, name='ml-otel-sync', daemon=True)
    thread.start()
    return thread
