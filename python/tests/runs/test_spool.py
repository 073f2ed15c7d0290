"""What lies on disk: read back whole, in order, and up to where it is damaged."""

import errno
import json
import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.spool.frames import FrameKind, decode_frames, encode_frame
from ml_otel_bridge._internal.runs.spool.reading import SpoolReader
from ml_otel_bridge._internal.runs.spool.segments import FileSegment
from ml_otel_bridge._internal.runs.spool.spool import Spool, read_acknowledged
from ml_otel_bridge._internal.runs.sync import DeadSpool
from ml_otel_bridge._internal.runs.values.intake import Intake

HEADER = b'{"version": 1}'
BIG = 1024 * 1024 * 1024


class Writing:
    """A spool and what packs steps for it."""

    def __init__(self, folder: Path | None, max_bytes: int = BIG) -> None:
        self.refusals = Refusals()
        self.spool = Spool(folder, HEADER, max_bytes, self.refusals)
        self._intake = Intake(self.refusals.add, lambda: 0)
        self._next = 0

    def write(self, steps: int, keys: int = 2) -> None:
        made: list[Any] = [
            (
                1_000 * (self._next + i + 1),
                {f'm{k}': float(self._next + i) for k in range(keys)},
                None,
                None,
                None,
            )
            for i in range(steps)
        ]
        self._next += steps
        self.spool.write(self._intake.pack(made))


Begin = Callable[..., Writing]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begins spools and closes them in the end."""
    begun: list[Writing] = []

    def begin(folder: Path | None, max_bytes: int = BIG) -> Writing:
        begun.append(Writing(folder, max_bytes))
        return begun[-1]

    yield begin
    for writing in begun:
        writing.spool.close()


def read_all(
    source: Any, position: tuple[int, int] = (0, 0), refusals: Refusals | None = None
) -> list[float]:
    """The first value of each step."""
    reader = SpoolReader(source, position, 100, refusals or Refusals())
    values: list[float] = []
    while (chunk := reader.next(64 * 1024)) is not None:
        for block in chunk.steps:
            starts = range(8, len(block.packed), block.layout.stride)
            values.extend(struct.unpack_from('<d', block.packed, start)[0] for start in starts)
    return values


def test_what_was_written_is_read_in_order_over_segments(
    tmp_path: Path, begin: Begin, small_segments: None
) -> None:
    writing = begin(tmp_path)
    for i in range(60):
        writing.write(50, keys=1 + i % 3)
    assert len(list(tmp_path.glob('*.spool'))) > 3
    assert read_all(writing.spool) == list(range(3_000))
    assert read_all(DeadSpool(tmp_path)) == list(range(3_000))


def test_reading_may_begin_anywhere_that_was_acknowledged(
    tmp_path: Path, begin: Begin, small_segments: None
) -> None:
    writing = begin(tmp_path)
    for _ in range(20):
        writing.write(100)
    reader = SpoolReader(writing.spool, (0, 0), 100, Refusals())
    read = 0
    while (chunk := reader.next(20_000)) is not None:
        read += sum(block.count for block in chunk.steps)
        writing.spool.acknowledge(chunk.end, dict(chunk.steps_by_segment), {'sums': {}})
        position, counters = read_acknowledged(tmp_path)
        assert (position, counters) == (chunk.end, {'sums': {}})
        assert read_all(DeadSpool(tmp_path), position) == list(range(read, 2_000))
        assert writing.spool.unsent == 2_000 - read
    assert len(list(tmp_path.glob('*.spool'))) == 1


@pytest.mark.parametrize('seed', range(20))
def test_a_file_that_is_cut_off_anywhere_gives_all_before(seed: int, tmp_path: Path, begin: Begin) -> None:
    writing = begin(tmp_path)
    for _ in range(10):
        writing.write(7)
    [path] = tmp_path.glob('*.spool')
    whole = path.read_bytes()
    ends = [end for _, _, end in decode_frames(whole)]
    cut = random.Random(seed).randrange(len(whole))
    path.write_bytes(whole[:cut])
    refusals = Refusals()
    # A header, a layout, then ten frames of seven steps.
    sound = max(sum(end <= cut for end in ends) - 2, 0) * 7
    assert read_all(DeadSpool(tmp_path), refusals=refusals) == list(range(sound))
    assert bool(refusals.counts) == (cut not in ends and cut > 0)


@pytest.mark.parametrize('seed', range(20))
def test_a_changed_byte_ends_its_file_and_not_the_next(
    seed: int, tmp_path: Path, small_segments: None, begin: Begin
) -> None:
    writing = begin(tmp_path)
    for _ in range(30):
        writing.write(100)
    first = min(tmp_path.glob('*.spool'))
    data = bytearray(first.read_bytes())
    in_first = len(read_all_of(first, tmp_path / 'copy'))
    at = random.Random(seed).randrange(len(data))
    data[at] ^= 0x55
    first.write_bytes(data)
    refusals = Refusals()
    read = read_all(DeadSpool(tmp_path), refusals=refusals)
    assert read[-(3_000 - in_first) :] == list(range(in_first, 3_000))
    before = read[: len(read) - (3_000 - in_first)]
    assert before == list(range(len(before)))
    assert len(before) < in_first
    assert len(refusals.counts) == 1


def read_all_of(path: Path, copy: Path) -> list[float]:
    copy.mkdir()
    (copy / path.name).write_bytes(path.read_bytes())
    return read_all(DeadSpool(copy))


@pytest.mark.parametrize('content', [b'', b'\0' * 10_000, b'\xff' * 10_000, b'{"json": true}\n' * 100])
def test_what_is_no_spool_gives_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / '00000001.spool').write_bytes(content)
    (tmp_path / 'acknowledged.json').write_bytes(content)
    assert read_all(DeadSpool(tmp_path), read_acknowledged(tmp_path)[0]) == []


def test_a_full_spool_drops_the_oldest_and_counts(
    tmp_path: Path, begin: Begin, small_segments: None, caplog: pytest.LogCaptureFixture
) -> None:
    writing = begin(tmp_path, max_bytes=40_000)
    for _ in range(40):
        writing.write(100)
    kept = read_all(writing.spool)
    assert kept == list(range(4_000 - len(kept), 4_000))
    assert writing.spool.dropped == 4_000 - len(kept) > 0
    assert sum(path.stat().st_size for path in tmp_path.glob('*.spool')) < 50_000
    assert len(caplog.records) == 1


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says from when on the disk is full: a write gets half of it done and then fails."""
    state = {'full': False}
    write = FileSegment.append

    def append(self: FileSegment, data: bytes) -> None:
        if not state['full']:
            write(self, data)
            return
        write(self, data[: len(data) // 2])
        self._file.truncate(self.size - len(data) // 2)  # type: ignore[union-attr]
        self._file.seek(0, 2)  # type: ignore[union-attr]
        self.size -= len(data) // 2
        raise OSError(errno.ENOSPC, 'No space left on device')

    monkeypatch.setattr(FileSegment, 'append', append)

    def turn(full: bool) -> None:
        state['full'] = full

    return turn


def test_while_the_disk_is_full_steps_wait_in_memory(
    tmp_path: Path, begin: Begin, small_segments: None, full_disk: Callable[[bool], None]
) -> None:
    writing = begin(tmp_path)
    writing.write(100)
    full_disk(True)
    writing.write(100)
    full_disk(False)
    for _ in range(10):
        writing.write(100)
    assert read_all(writing.spool) == list(range(1_200))
    assert 0 < writing.spool.only_in_memory < 1_200
    assert writing.spool.dropped == 0


def test_without_a_folder_all_is_in_memory(begin: Begin) -> None:
    writing = begin(None)
    writing.write(100)
    assert read_all(writing.spool) == list(range(100))
    assert writing.spool.only_in_memory == 100


def test_a_frame_that_says_it_is_enormous_is_damage() -> None:
    frame = encode_frame(FrameKind.LAYOUT, json.dumps([1, 'a']).encode())
    assert [kind for kind, _, _ in decode_frames(frame + b'\xff\xff\xff\xff' + b'\0' * 100)] == [
        FrameKind.LAYOUT
    ]


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('ml_otel_bridge._internal.runs.spool.spool.SEGMENT_BYTES', 10_000)
