"""A run's way from `log` to the receiver: a writer, a spool, and a sender that reads it."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.otlp.counters import Counters
from ml_otel_bridge._internal.runs.otlp.mapping import StepMapper
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.sending.clients import make_clients
from ml_otel_bridge._internal.runs.sending.send_loop import SendLoop
from ml_otel_bridge._internal.runs.sending.sender import Sender
from ml_otel_bridge._internal.runs.spool.folder_lock import FolderLock
from ml_otel_bridge._internal.runs.spool.folders import claim_folder
from ml_otel_bridge._internal.runs.spool.reading import SpoolReader
from ml_otel_bridge._internal.runs.spool.spool import Spool
from ml_otel_bridge._internal.runs.spool.spool_header import SpoolHeader
from ml_otel_bridge._internal.runs.spool.writer import Writer
from ml_otel_bridge._internal.runs.values.intake import Intake
from ml_otel_bridge._internal.settings.settings import Settings

MAX_SPOOL_BYTES = 1024 * 1024 * 1024
SEND_INTERVAL = 1.0
SLOW_FACTOR = 3
_POLL = 0.005


@dataclass(frozen=True)
class PipelineOptions:
    """How a run's steps travel."""

    directory: Path
    settings: Settings
    max_spool_bytes: int = MAX_SPOOL_BYTES
    send_interval: float = SEND_INTERVAL


class Pipeline:
    """Writer, spool and sender of one run in one process.

    Waiting here is polling of plain attributes: a signal handler may come at any moment, and no lock is held
    then.
    """

    def __init__(self, header: SpoolHeader, resource: bytes, options: PipelineOptions) -> None:
        self.refusals = Refusals()
        self._shutdown_timeout = options.settings.shutdown_timeout
        self.folder, self._lock = _claim(options.directory, header.identity, self.refusals)
        self.spool = Spool(self.folder, header.encode(), options.max_spool_bytes, self.refusals)
        self.intake = Intake(self.refusals.add, time.time_ns)
        self.every_turn: Callable[[], None] = lambda: None
        """Called by the writer's thread before it writes."""
        self.writer = Writer(self.intake, self.spool, self.refusals, lambda: self.every_turn())  # noqa: PLW0108 - it is set later
        self.sender: Sender | None = None
        self._loop: SendLoop | None = None
        if header.mode == 'online':
            mapper = StepMapper(header.identity, step_attributes=header.step_attributes)
            reader = SpoolReader(self.spool, (1, 0), mapper.point_bytes, self.refusals)
            clients = make_clients(options.settings, os.environ)
            self.sender = Sender(
                self.spool, reader, mapper, resource, clients, Counters(), self.refusals, time.time_ns
            )
            self._loop = SendLoop(self.sender, options.send_interval, self.refusals)

    def start(self) -> None:
        """Begins to write and to send."""
        self.writer.start()
        if self._loop is not None:
            self._loop.start()

    @property
    def lost_steps(self) -> int:
        """Steps that were taken and are lost: for want of room, or refused by the receiver."""
        return self.spool.dropped + (self.sender.counts.refused_steps if self.sender else 0)

    def flush(self, timeout: float, patience: float) -> bool:
        """Writes what was logged before, and waits until it was sent; offline, until it was written.

        False where `timeout` seconds ended first, or `patience` seconds passed in which nothing got through;
        three times as many where the receiver has a request and has not answered yet.
        """
        end = time.monotonic() + timeout
        if not self.writer.write_now(timeout):
            return False
        if self.sender is None or self._loop is None:
            return True
        goal = self.spool.end
        moved, seen = time.monotonic(), self.sender.counts.answered
        self._loop.hurry()
        while self.sender.released < goal:
            now = time.monotonic()
            if self.sender.counts.answered != seen:
                moved, seen = now, self.sender.counts.answered
            slow = self.sender.in_flight and self.sender.failures == 0
            if (
                self.sender.halted
                or now >= end
                or now - moved >= (SLOW_FACTOR * patience if slow else patience)
            ):
                return False
            time.sleep(_POLL)
        return True

    def close(self, timeout: float, patience: float) -> bool:
        """Ends it; what could not be sent in time stays in the folder.

        A longer `shutdown_timeout` of the settings goes before both limits. True where all was sent
        (offline: written).
        """
        done = self.flush(max(timeout, self._shutdown_timeout), max(patience, self._shutdown_timeout))
        self.writer.stop(patience)
        if self._loop is not None:
            self._loop.stop()
        if done and self.sender is not None:
            self.spool.remove()
        else:
            self.spool.close()
        if self._lock is not None:
            self._lock.release()
        return done

    def become_child(self) -> None:
        """In a forked child: its threads do not exist, and the files and the claim are its parent's."""
        self.refusals.after_fork()
        self.writer.steps.clear()
        self.writer.signals.clear()
        self.spool.close_after_fork()
        if self._lock is not None:
            self._lock.release()


def _claim(
    directory: Path, identity: RunIdentity, refusals: Refusals
) -> tuple[Path | None, FolderLock | None]:
    try:
        return claim_folder(directory, identity.job_id)
    except OSError as error:
        refusals.add(
            'no spool can be written: what the receiver does not take ends with this process', str(error)
        )
        return None, None
