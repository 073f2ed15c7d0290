"""The frames of a spool file.

`u32 length, u32 crc32, u8 kind, payload`, little-endian, the sum over kind and payload.
"""

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum

_HEADER = struct.Struct('<IIB')
HEADER_BYTES = _HEADER.size
MAX_FRAME_BYTES = 64 * 1024 * 1024
"""A length beyond this is damage, not a length."""


class FrameKind(IntEnum):
    """What a frame holds."""

    HEADER = 1
    """JSON: whose spool this is. First in each file."""
    LAYOUT = 2
    """JSON: number and keys of a layout; in each file before the first steps of that layout."""
    STEPS = 3
    """u32 number of the layout, then packed steps (see `layout.py`)."""
    LOGS = 4
    """OTLP `ResourceLogs`, encoded as a request."""
    TRACES = 5
    """OTLP `ResourceSpans`, encoded as a request."""
    METRICS = 6
    """OTLP `ResourceMetrics`, encoded as a request."""


def encode_frame(kind: FrameKind, payload: bytes) -> bytes:
    """A frame as it lies in a file."""
    return _HEADER.pack(len(payload), zlib.crc32(payload, zlib.crc32(bytes((kind,)))), kind) + payload


def decode_frames(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """The whole and sound frames at the start of `data`: kind, payload, and where the frame ends.

    Ends before a frame that is cut off or damaged; nothing after such a one can be read.
    """
    at = 0
    while at + HEADER_BYTES <= len(data):
        length, checksum, kind = _HEADER.unpack_from(data, at)
        end = at + HEADER_BYTES + length
        if length > MAX_FRAME_BYTES or end > len(data):
            return
        payload = data[at + HEADER_BYTES : end]
        if zlib.crc32(payload, zlib.crc32(bytes((kind,)))) != checksum:
            return
        yield kind, payload, end
        at = end


def frame_length(data: bytes) -> int | None:
    """Bytes of the frame that `data` begins with; None where that cannot be told, or is damage."""
    if len(data) < HEADER_BYTES:
        return None
    length = _HEADER.unpack_from(data)[0]
    return None if length > MAX_FRAME_BYTES else HEADER_BYTES + length
