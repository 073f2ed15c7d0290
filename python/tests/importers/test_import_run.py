import os
import threading
from pathlib import Path
from typing import Any

import pytest

from ml_otel_bridge._internal.importers.import_run import ImportTarget, import_run
from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.runs import sync_spools
from ml_otel_bridge._internal.settings.settings import read_settings
from support.otlp_sink import Answer, OtlpSink, attributes_of, points_of

from .reading import NANO, csv_source, write

TEXT = 'step,epoch,loss,acc,note\n1,0,0.5,nan,x\n2,0,0.4,,x\n1,1,0.3,inf,x\n'


def target(sink: OtlpSink, spools: Path, **options: Any) -> ImportTarget:
    settings = read_settings({'endpoint': sink.http_endpoint}, {})
    return ImportTarget(project='digits', settings=settings, directory=spools, **options)


def gauges(sink: OtlpSink) -> list[tuple[Any, ...]]:
    """Points of training curves: name, batch, epoch, time, start, value."""
    found: list[tuple[Any, ...]] = []
    for metric in sink.metrics():
        if metric.item.WhichOneof('data') != 'gauge':
            continue
        for point in points_of(metric.item):
            attributes = attributes_of(point.attributes)
            assert (attributes.pop('model.name'), attributes.pop('dataset')) == ('digits', '')
            place = (attributes.pop('job.id'), attributes.pop('batch', None), attributes.pop('epoch', None))
            assert attributes == {}
            times = (point.time_unix_nano, point.start_time_unix_nano)
            found.append((metric.item.name, *place, *times, repr(point.as_double)))
    return sorted(found)


def events(sink: OtlpSink) -> list[tuple[Any, ...]]:
    return [
        (log.item.event_name, log.item.time_unix_nano, log.attributes, log.item.body.SerializeToString())
        for log in sink.logs()
    ]


def test_points_and_events_of_a_run(tmp_path: Path) -> None:
    path = write(tmp_path / 'm.csv', TEXT)
    os.utime(path, ns=(0, 1_700_000_000 * NANO))
    told: list[tuple[int, int]] = []
    with OtlpSink() as sink:
        source = csv_source(path)
        goal = target(sink, tmp_path / 's', tags=('old',))
        report = import_run(source, goal, lambda done, rows: told.append((done, rows)))
        run, start, last = source.info.id, source.info.start_time, 1_700_000_000 * NANO
        assert (report.rows, report.points, report.refused) == (3, 5, {})
        assert report.skipped.counts == {"values of 'note' that are no numbers": 3}
        assert told[-1] == (len(TEXT), 3)
        times = [last - 2 * 10**6, last - 10**6, last]
        assert gauges(sink) == [
            ('ml.training.acc', run, 1, 0, times[0], start, 'nan'),
            ('ml.training.acc', run, 1, 1, times[2], start, 'inf'),
            ('ml.training.loss', run, 1, 0, times[0], start, '0.5'),
            ('ml.training.loss', run, 1, 1, times[2], start, '0.3'),
            ('ml.training.loss', run, 2, 0, times[1], start, '0.4'),
        ]
        names = [(name, time) for name, time, _, _ in events(sink)]
        assert names == [('ml.run.started', start), ('ml.run.config', start), ('ml.run.finished', last)]
        assert events(sink)[0][2]['label.tag.old'] == 'true'
        assert list((tmp_path / 's').iterdir()) == []


def test_a_second_import_sends_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / 'm.csv', TEXT)
    with OtlpSink() as first, OtlpSink() as second:
        for sink in (first, second):
            import_run(csv_source(path), target(sink, tmp_path / 's'))
        assert gauges(first) == gauges(second)
        assert events(first) == events(second)


def test_a_run_of_one_row_ends_after_it_began(tmp_path: Path) -> None:
    with OtlpSink() as sink:
        source = csv_source(write(tmp_path / 'm.csv', 'timestamp,loss\n1767225600,1\n'))
        import_run(source, target(sink, tmp_path / 's'))
        times = {name: time for name, time, _, _ in events(sink)}
        assert times['ml.run.finished'] == times['ml.run.started'] + 1


def test_offline_waits_for_sync(tmp_path: Path) -> None:
    path = write(tmp_path / 'm.csv', TEXT)
    with OtlpSink() as sink:
        goal = target(sink, tmp_path / 's', offline=True)
        assert import_run(csv_source(path), goal).rows == 3
        assert sink.received == []
        report = sync_spools(tmp_path / 's', goal.settings)
        assert (report.spools, report.steps) == (1, 3)
        assert len(gauges(sink)) == 5


def test_more_rows_than_go_out_at_once(tmp_path: Path) -> None:
    lines = ''.join(f'{step},{step / 7}\n' for step in range(50_000))
    told: list[int] = []
    with OtlpSink() as sink:
        source = csv_source(write(tmp_path / 'm.csv', f'step,loss\n{lines}'))
        report = import_run(source, target(sink, tmp_path / 's'), lambda _, rows: told.append(rows))
        assert report.rows == 50_000
        assert told == [20_000, 40_000, 50_000]
        points = gauges(sink)
        assert len({point[2] for point in points}) == len(points) == 50_000


def test_a_receiver_that_takes_nothing(tmp_path: Path) -> None:
    source = csv_source(write(tmp_path / 'm.csv', TEXT))
    with OtlpSink() as sink:
        sink.answer(Answer(401))
        with pytest.raises(ImportFailedError, match=r'takes nothing \(HTTP 401'):
            import_run(source, target(sink, tmp_path / 's'))
        sink.answer(Answer(503))
        with pytest.raises(ImportFailedError, match='takes nothing'):
            import_run(source, target(sink, tmp_path / 's', patience=0.2))
    assert list((tmp_path / 's').iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith('ml-otel')]


def test_points_that_the_receiver_rejects_are_told(tmp_path: Path) -> None:
    with OtlpSink() as sink:
        sink.answer(Answer(rejected=2, message='too old'), 'metrics')
        report = import_run(csv_source(write(tmp_path / 'm.csv', TEXT)), target(sink, tmp_path / 's'))
    assert report.refused['points that the receiver rejected'] == 2


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    write(tmp_path / 'file', '')
    with OtlpSink() as sink, pytest.raises(ImportFailedError, match='no spool can be written'):
        import_run(csv_source(write(tmp_path / 'm.csv', TEXT)), target(sink, tmp_path / 'file'))
    long = ImportTarget('p' * 257, read_settings({}, {}), tmp_path)
    with pytest.raises(ImportFailedError, match='project: expected'):
        import_run(csv_source(tmp_path / 'm.csv'), long)
