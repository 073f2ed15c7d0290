"""Records of a TFRecord file, of which TensorBoard's event files consist, with what is damaged told.

TensorBoard's own reader ends silently at the first damaged record; docs/decisions/0022 says why that is not
enough here. The format: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
"""

import struct
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from ml_otel_bridge._internal.importers.limits import MAX_RECORD_BYTES
from ml_otel_bridge._internal.importers.skipped import Skipped

# Its types are not complete.
_crc32c: Callable[[bytes], int] = import_module('google_crc32c').value

_HEAD = struct.Struct('<QI')
_CRC = struct.Struct('<I')


def read_records(path: Path, skipped: Skipped) -> Iterator[tuple[bytes, int]]:
    """The records, each with the bytes read so far.

    A record whose content does not fit its checksum is skipped; where its length does not, nothing after it
    can be found. A file that ends within a record is normal: the job is still writing, or was killed.
    """
    with path.open('rb') as file:
        while True:
            begin = file.tell()
            head = file.read(_HEAD.size)
            if not head:
                return
            if len(head) < _HEAD.size:
                skipped.add('unfinished last records', f'{path.name} at byte {begin}')
                return
            length, checksum = _HEAD.unpack(head)
            if masked_crc(head[:8]) != checksum:
                skipped.add('rests of files after a damaged record', f'{path.name} at byte {begin}')
                return
            if length > MAX_RECORD_BYTES:
                if not _skip_large(file, path, length):
                    skipped.add('unfinished last records', f'{path.name} at byte {begin}')
                    return
                skipped.add(f'records over {MAX_RECORD_BYTES // 2**20} MiB', f'{path.name} at byte {begin}')
                continue
            data = file.read(length + _CRC.size)
            if len(data) < length + _CRC.size:
                skipped.add('unfinished last records', f'{path.name} at byte {begin}')
                return
            if masked_crc(data[:length]) != _CRC.unpack_from(data, length)[0]:
                skipped.add('damaged records', f'{path.name} at byte {begin}')
                continue
            yield data[:length], file.tell()


def masked_crc(data: bytes) -> int:
    """CRC-32C as TFRecord stores it, masked because a checksum of data with checksums in it is weak."""
    crc = _crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _skip_large(file: BinaryIO, path: Path, length: int) -> bool:
    end = file.tell() + length + _CRC.size
    if end > path.stat().st_size:
        return False
    file.seek(end)
    return True
