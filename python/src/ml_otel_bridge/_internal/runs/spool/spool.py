"""What waits for the receiver, on disk: written by one thread, read and acknowledged by another."""

import contextlib
import json
import struct
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ml_otel_bridge._internal.runs.otlp.mapping import StepBlock
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.spool.folders import remove_folder
from ml_otel_bridge._internal.runs.spool.frames import FrameKind, encode_frame
from ml_otel_bridge._internal.runs.spool.segments import FileSegment, MemorySegment, Segment

Entry = StepBlock | tuple[FrameKind, bytes]
"""Steps, or a signal that is encoded already."""

Position = tuple[int, int]
"""Number of a segment and a place in it."""

SEGMENT_BYTES = 4 * 1024 * 1024
MEMORY_BYTES = 32 * 1024 * 1024
ACKNOWLEDGED = 'acknowledged.json'
_LAYOUT_NUMBER = struct.Struct('<I').pack


class SegmentSource(Protocol):
    """Segments in order, as a reader needs them."""

    def segment_from(self, number: int) -> Segment | None:
        """The first segment of this number or a later one."""
        ...

    def acknowledge(self, position: Position, steps: dict[int, int], counters: dict[str, Any]) -> None:
        """All up to `position` has arrived; `steps` says how many of each segment were in it."""
        ...


class Spool:
    """Segments of frames in a folder.

    Each begins with whose they are, so that it can be read without the others.

    Where the folder cannot be written, or its disk is full, what comes is kept in memory, up to 32 MiB, and
    the disk is tried again with the next segment. Where `max_bytes` are reached the oldest segment is
    dropped; what was lost by it is counted. No fsync: it survives its process, not a power cut.
    """

    def __init__(self, folder: Path | None, header: bytes, max_bytes: int, refusals: Refusals) -> None:
        self.folder = folder
        self.dropped = 0
        """Steps that were lost for want of room."""
        self._header = encode_frame(FrameKind.HEADER, header)
        self._max_bytes = max_bytes
        self._refusals = refusals
        self._lock = threading.RLock()
        self._segments: list[Segment] = []
        self._acknowledged: dict[int, int] = {}
        self._number = 0
        self._told: set[int] = set()

    @property
    def end(self) -> Position:
        """Where the next entry will be written."""
        with self._lock:
            return (self._segments[-1].number, self._segments[-1].size) if self._segments else (1, 0)

    def write(self, entries: Sequence[Entry]) -> None:
        """Appends entries, in one piece. For one thread at a time. Never raises OSError."""
        if not entries:
            return
        with self._lock:
            if not self._segments or self._segments[-1].size >= SEGMENT_BYTES:
                self._begin_segment()
            try:
                self._append(entries)
            except OSError as error:
                self._refusals.add('the spool cannot be written: steps wait in memory', str(error))
                self._begin_segment(in_memory=True)
                self._append(entries)
            self._make_room()

    def _append(self, entries: Sequence[Entry]) -> None:
        segment = self._segments[-1]
        told: set[int] = set()
        frames: list[bytes] = [] if segment.size else [self._header]
        steps = 0
        for entry in entries:
            if isinstance(entry, StepBlock):
                layout = entry.layout
                if layout.number not in self._told and layout.number not in told:
                    told.add(layout.number)
                    frames.append(
                        encode_frame(FrameKind.LAYOUT, json.dumps([layout.number, *layout.keys]).encode())
                    )
                frames.append(encode_frame(FrameKind.STEPS, _LAYOUT_NUMBER(layout.number) + entry.packed))
                steps += entry.count
            else:
                frames.append(encode_frame(*entry))
        segment.append(b''.join(frames))
        self._told |= told
        segment.steps += steps

    def _begin_segment(self, *, in_memory: bool = False) -> None:
        if self._segments:
            self._segments[-1].close()
        self._number += 1
        self._told.clear()
        segment: Segment | None = None
        if self.folder is not None and not in_memory:
            try:
                segment = FileSegment.create(self.folder, self._number)
            except OSError as error:
                self._refusals.add('the spool cannot be written: steps wait in memory', str(error))
        self._segments.append(segment or MemorySegment(self._number))

    def _make_room(self) -> None:
        def sizes(kind: type) -> int:
            return sum(segment.size for segment in self._segments if isinstance(segment, kind))

        while len(self._segments) > 1 and sizes(FileSegment) > self._max_bytes:
            self._drop(next(s for s in self._segments if isinstance(s, FileSegment)))
        while len(self._segments) > 1 and sizes(MemorySegment) > MEMORY_BYTES:
            self._drop(next(s for s in self._segments if isinstance(s, MemorySegment)))

    def _drop(self, segment: Segment) -> None:
        lost = segment.steps - self._acknowledged.pop(segment.number, 0)
        self.dropped += lost
        self._refusals.add('the spool is full and the oldest steps were dropped', f'{lost} at first', lost)
        self._segments.remove(segment)
        self._remove(segment)

    def _remove(self, segment: Segment) -> None:
        with contextlib.suppress(OSError):
            segment.remove()

    def segment_from(self, number: int) -> Segment | None:
        """The first segment of this number or a later one."""
        with self._lock:
            return next((segment for segment in self._segments if segment.number >= number), None)

    def acknowledge(self, position: Position, steps: dict[int, int], counters: dict[str, Any]) -> None:
        """All up to `position` has arrived.

        Segments before it go, and it is written down with the state of counters.
        """
        with self._lock:
            for number, count in steps.items():
                self._acknowledged[number] = self._acknowledged.get(number, 0) + count
            for segment in [s for s in self._segments if s.number < position[0]]:
                self._segments.remove(segment)
                self._acknowledged.pop(segment.number, None)
                self._remove(segment)
        if self.folder is not None:
            with contextlib.suppress(OSError):
                write_acknowledged(self.folder, position, counters)

    def close(self) -> None:
        """No more is written. What lies on disk stays."""
        with self._lock:
            if self._segments:
                self._segments[-1].close()

    def close_after_fork(self) -> None:
        """In a forked child: the files are the parent's.

        Takes no lock, since another thread may have held it.
        """
        for segment in self._segments:
            segment.close()
        self._segments = []
        self.folder = None
        self._lock = threading.RLock()

    def remove(self) -> None:
        """Ends it: all of it has arrived."""
        with self._lock:
            for segment in self._segments:
                self._remove(segment)
            self._segments.clear()
        if self.folder is not None:
            remove_folder(self.folder)

    @property
    def unsent(self) -> int:
        """Steps that were not acknowledged."""
        with self._lock:
            return sum(s.steps - self._acknowledged.get(s.number, 0) for s in self._segments)

    @property
    def only_in_memory(self) -> int:
        """Steps that would end with the process."""
        with self._lock:
            segments = [s for s in self._segments if isinstance(s, MemorySegment)]
            return sum(s.steps - self._acknowledged.get(s.number, 0) for s in segments)


def write_acknowledged(folder: Path, position: Position, counters: dict[str, Any]) -> None:
    """Replaces the file at once, so that it is either the old or the new one.

    Raises:
        OSError: where the folder cannot be written.
    """
    fresh = folder / f'{ACKNOWLEDGED}.new'
    fresh.write_text(json.dumps({'segment': position[0], 'offset': position[1], 'counters': counters}))
    fresh.replace(folder / ACKNOWLEDGED)


def read_acknowledged(folder: Path) -> tuple[Position, dict[str, Any]]:
    """What has arrived.

    The beginning where nothing has, or where that cannot be read (it is then sent again).
    """
    try:
        found = json.loads((folder / ACKNOWLEDGED).read_text())
        return (int(found['segment']), int(found['offset'])), dict(found['counters'])
    except (OSError, ValueError, KeyError, TypeError):
        return (0, 0), {}
