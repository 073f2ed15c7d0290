"""The few pieces of protobuf's wire format that a step needs.

With them a point costs two appends and not an object.

Fields are those of OTLP's metrics.proto and common.proto; `tests/runs/test_wire.py` reads them back with the
generated classes. (protobuf.dev, "Encoding".)
"""

import struct
from collections.abc import Iterable

_DOUBLE = struct.Struct('<d').pack
_FIXED64 = struct.Struct('<Q').pack
_EXACT_INTEGERS = 2**53
_MORE = 0x80


def varint(value: int) -> bytes:
    """An unsigned integer, seven bits a byte."""
    if value < _MORE:
        return bytes((value,))
    out = bytearray()
    while value >= _MORE:
        out.append(value & 0x7F | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(field: int, parts: Iterable[bytes]) -> bytes:
    """A field that holds a message, or bytes."""
    body = b''.join(parts)
    return varint(field << 3 | 2) + varint(len(body)) + body


def text(field: int, value: str) -> bytes:
    """A field that holds a string; nothing where it is empty, as proto3 has it."""
    return message(field, (value.encode(),)) if value else b''


def start_field(nanoseconds: int) -> bytes:
    """`start_time_unix_nano` of a data point."""
    return b'\x11' + _FIXED64(nanoseconds)


class StepAttribute:
    """An attribute of a number data point that holds a number.

    An integer where it is whole, else a double.
    """

    def __init__(self, key: str) -> None:
        self._key = text(1, key)
        self._last: tuple[float, bytes] = (-1.0, b'')

    def encode(self, value: float) -> bytes:
        """Field 7 of a number data point. The value is finite and not negative."""
        last, encoded = self._last
        if value != last:
            whole = value.is_integer() and value < _EXACT_INTEGERS
            number = b'\x18' + varint(int(value)) if whole else b'\x21' + _DOUBLE(value)
            encoded = message(7, (self._key, message(2, (number,))))
            self._last = (value, encoded)
        return encoded
