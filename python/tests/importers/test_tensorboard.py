import shutil
import struct
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.importers.skipped import Skipped
from ml_otel_bridge._internal.importers.tensorboard_source import find_runs
from ml_otel_bridge._internal.importers.tfrecord import masked_crc, read_records

from .reading import NANO, read

# They have no types.
SummaryWriter: Any = import_module('tensorboardX').SummaryWriter
Event: Any = import_module('tensorboardX.proto.event_pb2').Event

START = 1_767_225_600


def write_events(folder: Path, values: dict[int, float], tag: str = 'train/loss', suffix: str = '') -> Path:
    """Event files as PyTorch users write them; each step a second after the one before."""
    writer = SummaryWriter(str(folder), filename_suffix=suffix)
    for step, value in values.items():
        writer.add_scalar(tag, value, step, walltime=START + step)
    writer.close()
    return max(folder.glob('*tfevents*'))


def record(data: bytes) -> bytes:
    head = struct.pack('<Q', len(data))
    return head + struct.pack('<I', masked_crc(head)) + data + struct.pack('<I', masked_crc(data))


def test_scalars_with_their_steps_and_times(tmp_path: Path) -> None:
    write_events(tmp_path, {1: 0.5, 2: float('nan')})
    (run,) = find_runs(tmp_path)
    rows, skipped = read(run)
    assert [(row.step, row.time) for row in rows] == [(1, (START + 1) * NANO), (2, (START + 2) * NANO)]
    assert rows[0].values == {'train/loss': 0.5}
    assert np.isnan(rows[1].values['train/loss'])
    assert skipped == {}
    assert run.info.name == tmp_path.name


def test_folders_are_runs_and_links_are_not_followed(tmp_path: Path) -> None:
    for name in ('a', 'b/train', 'b/validation'):
        write_events(tmp_path / name, {1: 0.5})
    (tmp_path / 'again').symlink_to(tmp_path / 'a')
    runs = find_runs(tmp_path)
    assert [run.info.name for run in runs] == ['a', 'b/train', 'b/validation']
    assert len({run.info.id for run in runs}) == 3
    assert [run.info.id for run in find_runs(tmp_path)] == [run.info.id for run in runs]
    with pytest.raises(ImportFailedError, match='but there are 3'):
        find_runs(tmp_path, id='one')
    assert find_runs(tmp_path / 'a', id='one')[0].info.id == 'one'


def test_a_resumed_run_has_its_files_in_order(tmp_path: Path) -> None:
    first = write_events(tmp_path, {1: 0.5, 2: 0.4})
    first.rename(tmp_path / 'events.out.tfevents.1767225600.host.1.0')
    second = write_events(tmp_path, {2: 0.45, 3: 0.3})
    second.rename(tmp_path / 'events.out.tfevents.1767229200.host.2.0')
    (run,) = find_runs(tmp_path)
    assert [row.step for row in read(run)[0]] == [1, 2, 2, 3]


def test_a_tail_that_is_being_written_is_normal_and_read_the_next_time(tmp_path: Path) -> None:
    file = write_events(tmp_path, {1: 0.5, 2: 0.4})
    whole = file.read_bytes()
    for cut in (1, 5, 30):
        file.write_bytes(whole[:-cut])
        rows, skipped = read(find_runs(tmp_path)[0])
        assert [row.step for row in rows] == [1]
        assert skipped == {'unfinished last records': 1}
    file.write_bytes(whole)
    assert len(read(find_runs(tmp_path)[0])[0]) == 2


def test_a_damaged_record_costs_itself_alone(tmp_path: Path) -> None:
    file = write_events(tmp_path, {1: 0.5, 2: 0.4, 3: 0.3})
    ends = [end for _, end in read_records(file, Skipped())]
    whole = bytearray(file.read_bytes())
    whole[ends[1] - 8] ^= 0xFF
    file.write_bytes(whole)
    rows, skipped = read(find_runs(tmp_path)[0])
    assert [row.step for row in rows] == [2, 3]
    assert skipped == {'damaged records': 1}


def test_after_a_damaged_length_nothing_is_found(tmp_path: Path) -> None:
    file = write_events(tmp_path, {1: 0.5, 2: 0.4, 3: 0.3})
    ends = [end for _, end in read_records(file, Skipped())]
    whole = bytearray(file.read_bytes())
    whole[ends[1]] ^= 0xFF
    file.write_bytes(whole)
    rows, skipped = read(find_runs(tmp_path)[0])
    assert [row.step for row in rows] == [1]
    assert skipped == {'rests of files after a damaged record': 1}


def test_what_is_no_scalar_is_counted(tmp_path: Path) -> None:
    writer = SummaryWriter(str(tmp_path))
    writer.add_histogram('weights', np.arange(10), 1)
    writer.add_text('note', 'hello', 1)
    writer.add_scalar('loss', 0.5, 1)
    writer.close()
    rows, skipped = read(find_runs(tmp_path)[0])
    assert [dict(row.values) for row in rows] == [{'loss': 0.5}]
    assert skipped == {'values that are no scalars (histo)': 1, 'values that are no scalars (text)': 1}


def scalar_event(tag: str, tensor: dict[str, Any], first: bool, step: int) -> bytes:
    """A scalar as TensorFlow 2 and Keras write it: a tensor, of which only the first says what it is."""
    event = Event(wall_time=START + step, step=step)
    value = event.summary.value.add(tag=tag)
    value.tensor.dtype = tensor['dtype']
    value.tensor.float_val.extend(tensor['float_val'])
    for size in tensor.get('shape', ()):
        value.tensor.tensor_shape.dim.add(size=size)
    if first:
        value.metadata.plugin_data.plugin_name = 'scalars'
    return record(event.SerializeToString())


def test_scalars_of_tensorflow_2(tmp_path: Path) -> None:
    scalar = {'dtype': 1, 'float_val': [0.25]}
    vector = {'dtype': 1, 'float_val': [1.0, 2.0], 'shape': [2]}
    events = [scalar_event('epoch_loss', scalar, step == 0, step) for step in range(2)]
    content = b''.join([*events, scalar_event('pair', vector, True, 2)])
    (tmp_path / 'events.out.tfevents.1.host').write_bytes(content)
    rows, skipped = read(find_runs(tmp_path)[0])
    assert [(row.step, dict(row.values)) for row in rows] == [
        (0, {'epoch_loss': 0.25}),
        (1, {'epoch_loss': 0.25}),
    ]
    assert skipped == {'scalars that are no single number': 1}


def test_hostile_records(tmp_path: Path) -> None:
    no_event = record(b'\xff' * 50)
    scalar = {'value': [{'tag': 'a', 'simple_value': 1}]}
    no_time = record(Event(wall_time=float('nan'), step=1, summary=scalar).SerializeToString())
    head = struct.pack('<Q', 2**62)
    endless = head + struct.pack('<I', masked_crc(head)) + b'x' * 100
    (tmp_path / 'events.out.tfevents.1.host').write_bytes(no_event + no_time + endless)
    rows, skipped = read(find_runs(tmp_path)[0])
    assert rows == []
    assert skipped == {
        'records that are no event': 1,
        'events without a time or with a negative step': 1,
        'unfinished last records': 1,
    }


def test_garbage_and_empty_files_are_runs_without_rows(tmp_path: Path) -> None:
    (tmp_path / 'events.out.tfevents.1.host').write_bytes(bytes(range(256)) * 1_000)
    (tmp_path / 'b').mkdir()
    (tmp_path / 'b/events.out.tfevents.1.host').touch()
    garbage, empty = find_runs(tmp_path)
    assert read(garbage) == ([], {'rests of files after a damaged record': 1})
    assert read(empty) == ([], {})
    assert empty.info.start_time > 0


def test_folders_without_event_files(tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match='no event files'):
        find_runs(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(ImportFailedError, match='no event files'):
        find_runs(tmp_path)
