"""Reads a spool in order, as much at a time as fits into one request."""

import json
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ml_otel_bridge._internal.runs.otlp.layout import Layout
from ml_otel_bridge._internal.runs.otlp.mapping import StepBlock
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.spool.frames import FrameKind, decode_frames, frame_length
from ml_otel_bridge._internal.runs.spool.segments import Segment
from ml_otel_bridge._internal.runs.spool.spool import Position, SegmentSource

_READ_BYTES = 256 * 1024
_LAYOUT_NUMBER = struct.Struct('<I').unpack_from


@dataclass
class Chunk:
    """Frames of a spool that go out together."""

    end: Position
    """Where the next begins."""
    steps: list[StepBlock] = field(default_factory=list[StepBlock])
    signals: dict[FrameKind, list[bytes]] = field(default_factory=dict[FrameKind, list[bytes]])
    """Logs, traces and metrics that are encoded already."""
    steps_by_segment: Counter[int] = field(default_factory=Counter[int])
    bytes: int = 0
    """About what they take in requests."""


class SpoolReader:
    """Reads from a position on. What is damaged ends its segment, and is told; the next segment is read."""

    def __init__(
        self, source: SegmentSource, position: Position, point_bytes: int, refusals: Refusals
    ) -> None:
        self.damaged = 0
        """Segments of which the end could not be read."""
        self._source = source
        self.position = position
        """Where the next chunk begins."""
        self._point_bytes = point_bytes
        self._refusals = refusals
        self._layouts: dict[int, Layout] = {}
        self._prepared: int | None = None

    def next(self, max_bytes: int) -> Chunk | None:
        """The next chunk; None where there is nothing (as yet).

        It is not given again: hold it until it has arrived.
        """
        chunk = Chunk(self.position)
        for segment in self._segments():
            whole = self._read(segment, chunk, max_bytes)
            if not whole:
                break
        if chunk.end == self.position:
            return None
        self.position = chunk.end
        return chunk if chunk.bytes else self.next(max_bytes)

    def _segments(self) -> Iterator[Segment]:
        """From the one that the position lies in."""
        number = self.position[0]
        while (segment := self._source.segment_from(number)) is not None:
            yield segment
            number = segment.number + 1

    def _read(self, segment: Segment, chunk: Chunk, max_bytes: int) -> bool:
        """Reads one segment; False where the chunk is full."""
        offset = chunk.end[1] if chunk.end[0] == segment.number else 0
        self._learn(segment, offset)
        length = _READ_BYTES
        while offset < segment.size:
            try:
                data = segment.read(offset, length)
            except OSError:
                return True  # It was dropped to make room.
            read = 0
            for kind, payload, end in decode_frames(data):
                if not self._take(kind, payload, segment, chunk, max_bytes):
                    return False
                read = end
                chunk.end = (segment.number, offset + end)
            if read == 0:
                needed = frame_length(data)
                if needed is None or needed <= len(data) or offset + needed > segment.size:
                    self._damaged(segment, offset)
                    break
                length = needed
            else:
                offset, length = offset + read, _READ_BYTES
        return True

    def _take(self, kind: int, payload: bytes, segment: Segment, chunk: Chunk, max_bytes: int) -> bool:
        """False where it does not fit beside what is in the chunk; alone it always does."""
        entry: StepBlock | None = None
        size = 0
        if kind == FrameKind.STEPS:
            layout = self._layouts.get(_LAYOUT_NUMBER(payload)[0])
            if layout is not None and (len(payload) - 4) % layout.stride == 0:
                entry = StepBlock(layout, payload[4:])
                size = entry.count * len(layout.keys) * self._point_bytes
            else:
                self._refusals.add('steps in a spool could not be read', f'segment {segment.number}')
        elif kind in (FrameKind.LOGS, FrameKind.TRACES, FrameKind.METRICS):
            size = len(payload)
        if size and chunk.bytes and chunk.bytes + size > max_bytes:
            return False
        chunk.bytes += size
        if entry is not None:
            chunk.steps.append(entry)
            chunk.steps_by_segment[segment.number] += entry.count
        elif size:
            chunk.signals.setdefault(FrameKind(kind), []).append(payload)
        else:
            self._remember(kind, payload)
        return True

    def _learn(self, segment: Segment, offset: int) -> None:
        """Reading begins within a segment: the layouts are before."""
        if self._prepared == segment.number:
            return
        self._prepared = segment.number
        at = 0
        while at < offset:
            data = segment.read(at, max(_READ_BYTES, frame_length(segment.read(at, 16)) or 0))
            before = at
            for kind, payload, end in decode_frames(data):
                if before + end > offset:
                    return
                self._remember(kind, payload)
                at = before + end
            if at == before:
                return

    def _remember(self, kind: int, payload: bytes) -> None:
        if kind == FrameKind.LAYOUT:
            number, *keys = json.loads(payload)
            self._layouts[number] = Layout(number, keys, None)

    def _damaged(self, segment: Segment, offset: int) -> None:
        lost = segment.size - offset
        self.damaged += 1
        self._refusals.add(
            'the end of a spool file is cut off or damaged and was skipped',
            f'segment {segment.number}: {lost} bytes',
        )
