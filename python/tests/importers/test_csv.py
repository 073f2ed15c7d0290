import math
import os
import random
from pathlib import Path

import pytest

from ml_otel_bridge._internal.importers.columns import Columns
from ml_otel_bridge._internal.importers.row import ImportFailedError

from .reading import NANO, csv_source, read, steps, write


def test_lightning_sparse_cells_and_its_step_column(tmp_path: Path) -> None:
    text = 'epoch,lr-Adam,step,train_loss,val_loss\n0,,49,0.7,\n0,,49,,0.9\n1,0.001,99,0.5,\n'
    rows, skipped = read(csv_source(write(tmp_path / 'metrics.csv', text)))
    assert steps(rows) == [
        (0, 49, {'train_loss': 0.7}),
        (0, 49, {'val_loss': 0.9}),
        (1, 99, {'lr-Adam': 0.001, 'train_loss': 0.5}),
    ]
    assert skipped == {}


def test_keras_writes_na_and_ultralytics_pads_names(tmp_path: Path) -> None:
    keras = write(tmp_path / 'k.csv', 'epoch,accuracy,loss,val_loss\n0,0.5,1.5,NA\n1,0.6,1.2,1.3\n')
    assert steps(read(csv_source(keras))[0]) == [
        (0, None, {'accuracy': 0.5, 'loss': 1.5}),
        (1, None, {'accuracy': 0.6, 'loss': 1.2, 'val_loss': 1.3}),
    ]
    text = (
        '                  epoch,         train/box_loss\n                      1,                 1.2345\n'
    )
    padded = write(tmp_path / 'u.csv', text)
    assert steps(read(csv_source(padded))[0]) == [(1, None, {'train/box_loss': 1.2345})]


def test_nan_and_infinities_are_values(tmp_path: Path) -> None:
    text = 'step,a,b,c\n1,nan,inf,-Infinity\n'
    values = read(csv_source(write(tmp_path / 'x.csv', text)))[0][0].values
    assert math.isnan(values['a'])
    assert (values['b'], values['c']) == (math.inf, -math.inf)


def test_a_repeated_head_an_unfinished_line_and_text_are_left_out(tmp_path: Path) -> None:
    text = 'step,loss,split\n1,0.5,train\nstep,loss,split\n2,0.4,train\n3,0.3'
    rows, skipped = read(csv_source(write(tmp_path / 'x.csv', text)))
    assert steps(rows) == [(None, 1, {'loss': 0.5}), (None, 2, {'loss': 0.4})]
    assert skipped == {
        'lines that name the columns again': 1,
        "values of 'split' that are no numbers": 2,
        'lines with another number of cells than there are columns': 1,
    }


def test_a_step_that_is_none_costs_its_row(tmp_path: Path) -> None:
    rows, skipped = read(csv_source(write(tmp_path / 'x.csv', 'step,loss\n1.0,1\n1.5,1\n-1,1\nx,1\n,7\n')))
    assert steps(rows) == [(None, 1, {'loss': 1}), (None, None, {'loss': 7})]
    assert skipped == {'rows whose step cannot be read': 3}


@pytest.mark.parametrize('delimiter', [',', ';', '\t', '|'])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = f'step{delimiter}"a, b"\n1{delimiter}2\n'
    rows, _ = read(csv_source(write(tmp_path / 'x.csv', text)))
    assert steps(rows) == [(None, 1, {'a, b': 2})]


@pytest.mark.parametrize(
    ('cell', 'nanoseconds'),
    [
        ('1767225600', 1767225600 * NANO),
        ('1767225600.25', 1767225600 * NANO + 250_000_000),
        ('1767225600123', 1767225600123 * 10**6),
        ('1767225600123456', 1767225600123456 * 10**3),
        ('1767225600123456789', 1767225600123456789),
        ('2026-01-01T00:00:00Z', 1767225600 * NANO),
        ('2026-01-01 01:00:00.5+01:00', 1767225600 * NANO + 500_000_000),
        ('2026-01-01', 1767225600 * NANO),
    ],
)
def test_times(tmp_path: Path, cell: str, nanoseconds: int) -> None:
    source = csv_source(write(tmp_path / 'x.csv', f'timestamp,loss\n{cell},1\n,2\nsoon,3\n'))
    rows, skipped = read(source)
    assert [row.time for row in rows] == [nanoseconds, nanoseconds]
    assert source.info.start_time == nanoseconds
    assert skipped == {'rows whose time cannot be read': 1}


def test_a_column_named_time_that_holds_durations_is_a_metric(tmp_path: Path) -> None:
    path = write(tmp_path / 'x.csv', 'iter,time,loss\n1,0.45,2\n')
    assert steps(read(csv_source(path))[0]) == [(None, 1, {'time': 0.45, 'loss': 2})]
    elapsed = csv_source(path, Columns(time='time'), start_time=1_000 * NANO)
    assert [row.time for row in read(elapsed)[0]] == [1_000 * NANO + 450_000_000]
    with pytest.raises(ImportFailedError, match='--start-time'):
        csv_source(path, Columns(time='time'))


def test_without_times_the_last_row_is_when_the_file_was_changed(tmp_path: Path) -> None:
    path = write(tmp_path / 'x.csv', 'step,loss\n1,3\n2,2\n3,1\n')
    os.utime(path, ns=(0, 1_700_000_000 * NANO))
    times = [row.time for row in read(csv_source(path))[0]]
    assert times == [1_700_000_000 * NANO - back * 10**6 for back in (2, 1, 0)]
    assert times == [row.time for row in read(csv_source(path))[0]]


def test_with_a_start_rows_keep_their_times_when_the_file_grows(tmp_path: Path) -> None:
    path = write(tmp_path / 'x.csv', 'step,loss\n1,3\n')
    before = read(csv_source(path, start_time=NANO))[0]
    write(path, 'step,loss\n1,3\n2,2\n')
    assert read(csv_source(path, start_time=NANO))[0][:1] == before


def test_rows_without_step_epoch_and_time_are_numbered(tmp_path: Path) -> None:
    rows, _ = read(csv_source(write(tmp_path / 'x.csv', 'loss\n3\n2\n')))
    assert steps(rows) == [(None, 0, {'loss': 3}), (None, 1, {'loss': 2})]


def test_columns_can_be_said(tmp_path: Path) -> None:
    path = write(tmp_path / 'x.csv', 'step,Samples,loss\n1,64,3\n')
    assert steps(read(csv_source(path, Columns(step='samples')))[0]) == [(None, 64, {'step': 1, 'loss': 3})]
    assert steps(read(csv_source(path, Columns(step='none')))[0])[0][2] == {
        'step': 1,
        'Samples': 64,
        'loss': 3,
    }
    with pytest.raises(ImportFailedError, match="no column 'tokens' for the step"):
        csv_source(path, Columns(step='tokens'))


def test_the_id_is_the_same_when_the_file_grows_and_another_for_another_file(tmp_path: Path) -> None:
    path = write(tmp_path / 'metrics.csv', 'step,loss\n1,3\n')
    first = csv_source(path).info.id
    assert csv_source(write(path, 'step,loss\n1,3\n2,2\n')).info.id == first
    assert csv_source(write(path, 'step,loss\n1,4\n')).info.id != first
    (tmp_path / 'other').mkdir()
    assert csv_source(write(tmp_path / 'other/metrics.csv', 'step,loss\n1,3\n')).info.id != first
    assert first.startswith(f'{tmp_path.name}-metrics-')


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        (b'', 'is empty'),
        (b'\n\n', 'is empty'),
        (b'step,loss\n', 'has no rows'),
        (b'1,2\n3,4\n', 'names no columns'),
        ('step,loss\n1,2\n'.encode('utf-16'), 'UTF-16'),
        (random.Random(1).randbytes(100_000), 'no text file'),
        (b'\x1f\x8b' + b'\xff' * 5_000, 'is empty'),
        (b'"step,loss\n1,2\n', 'no line of CSV'),
        (b'x' * 5_000_000, 'is empty'),
        (
            ','.join(f'metric_{n}' for n in range(100_000)).encode() + b'\n1\n',
            '100,000 columns; at most 1,000',
        ),
    ],
    ids=str,
)
def test_files_of_which_nothing_can_be_imported(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / 'x.csv'
    path.write_bytes(content)
    with pytest.raises(ImportFailedError, match=message):
        csv_source(path)


def test_a_line_of_100_mb_and_lines_of_garbage_leave_the_others(tmp_path: Path) -> None:
    path = tmp_path / 'x.csv'
    with path.open('wb') as file:
        file.write(b'step,loss\n1,0.5\n')
        for _ in range(100):
            file.write(b'7' * 2**20)
        file.write(b'\n\xff\xfe\xfd,1\n2,"0.4\n3,0.3\n2,0\x00\n')
    rows, skipped = read(csv_source(path))
    assert [row.step for row in rows] == [1, 3]
    assert skipped == {
        'lines longer than 4 MiB': 1,
        'lines that are no UTF-8': 1,
        'lines with another number of cells than there are columns': 1,
        'lines with NUL bytes': 1,
    }
