"""Spools that ended processes left: sent once, by one at a time, to where they were meant for."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runs.support import gauge_points, quiet
from tests.support.otlp_sink import Answer, OtlpSink

from ml_otel_bridge import Run, init_run
from ml_otel_bridge._internal.runs import SyncReport, sync_spools
from ml_otel_bridge._internal.runs.spool.folder_lock import FolderLock
from ml_otel_bridge._internal.runs.spool.folders import remove_folder
from ml_otel_bridge._internal.settings.settings import Settings, read_settings

Start = Callable[..., Run]


def settings_for(sink: OtlpSink) -> Settings:
    return read_settings({'endpoint': sink.http_endpoint}, {})


def leave_spool(
    directory: Path, steps: int, run_id: str, endpoint: str = 'http://127.0.0.1:9', **more: Any
) -> None:
    """A run that ended offline."""
    arguments: dict[str, Any] = {
        'id': run_id,
        'endpoint': endpoint,
        'dir': directory,
        'mode': 'offline',
        **quiet,
        **more,
    }
    with init_run('mnist', **arguments) as run:
        for step in range(steps):
            run.log({'loss': step / 2, 'samples_per_second': 5.0}, step=step)


def spools_in(directory: Path) -> list[Path]:
    return [path for path in directory.iterdir() if path.name != 'last']


def test_all_that_was_left_is_sent_and_removed(sink: OtlpSink, tmp_path: Path) -> None:
    for i in range(3):
        leave_spool(tmp_path, 500, f'r{i}', rank=i)
    told: list[SyncReport] = []
    report = sync_spools(tmp_path, settings_for(sink), told.append)
    assert report == SyncReport(spools=3, steps=1_500, points=report.points, run='r2')
    assert told[-1].steps == 1_500
    assert spools_in(tmp_path) == []
    points = gauge_points(sink, 'ml.training.loss')
    assert sorted((p['attributes']['job.id'], p['batch']) for p in points) == [
        (f'r{i}', step) for i in range(3) for step in range(500)
    ]
    assert {p['attributes']['rank'] for p in points} == {0, 1, 2}
    assert sync_spools(tmp_path, settings_for(sink)) == SyncReport()


def test_histograms_go_on_where_the_process_ended(sink: OtlpSink, tmp_path: Path) -> None:
    sink.answer(Answer(status=503), 'logs')
    run = init_run('mnist', endpoint=sink.http_endpoint, dir=tmp_path, **quiet)
    for step in range(10):
        run.log({'samples_per_second': 5.0}, step=step)
    sink.wait_for(lambda: sink.metrics('ml.training.samples_per_second'))
    run.finish()
    sink.answer(Answer())
    sync_spools(tmp_path, settings_for(sink))
    counts = [
        seen.item.histogram.data_points[0].count for seen in sink.metrics('ml.training.samples_per_second')
    ]
    assert (counts[-1], max(counts)) == (10, 10)


def test_a_spool_in_use_is_left_alone(sink: OtlpSink, tmp_path: Path) -> None:
    run = init_run('mnist', endpoint='http://127.0.0.1:9', dir=tmp_path, **quiet)
    run.log({'loss': 1.0})
    assert sync_spools(tmp_path, settings_for(sink)) == SyncReport(busy=1)
    run.finish()
    assert sync_spools(tmp_path, settings_for(sink)).spools == 1
    assert len(gauge_points(sink, 'ml.training.loss')) == 1


def test_two_syncs_at_once_send_each_spool_once(sink: OtlpSink, tmp_path: Path) -> None:
    for i in range(6):
        leave_spool(tmp_path, 200, f'r{i}')
    reports: list[SyncReport] = []

    def sync() -> None:
        reports.append(sync_spools(tmp_path, settings_for(sink)))

    threads = [threading.Thread(target=sync) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.spools for report in reports) == 6
    assert len(gauge_points(sink, 'ml.training.loss')) == 1_200


def test_a_sync_that_does_not_get_through_leaves_all_and_goes_on_later(
    sink: OtlpSink, tmp_path: Path
) -> None:
    leave_spool(tmp_path, 20_000, 'r1')
    sink.answer(Answer(status=503))
    report = sync_spools(tmp_path, settings_for(sink), patience=0.5)
    assert (report.spools, report.remaining, report.steps) == (0, 1, 0)
    sink.answer(Answer())
    stopped_after_first = iter([False, True])
    report = sync_spools(tmp_path, settings_for(sink), stopped=lambda: next(stopped_after_first))
    assert 0 < report.steps < 20_000
    before = report.steps
    report = sync_spools(tmp_path, settings_for(sink))
    assert (report.spools, report.steps) == (1, 20_000 - before)
    assert sorted(p['batch'] for p in gauge_points(sink, 'ml.training.loss')) == list(range(20_000))


def test_the_next_start_sends_what_was_left_for_the_same_receiver(sink: OtlpSink, tmp_path: Path) -> None:
    sink.answer(Answer(status=503))
    arguments: dict[str, Any] = {'endpoint': sink.http_endpoint, 'dir': tmp_path, **quiet}
    with init_run('mnist', id='left', **arguments) as run:
        run.log({'loss': 1.0})
    leave_spool(tmp_path, 1, 'offline', sink.http_endpoint)
    sink.answer(Answer())
    with OtlpSink() as other:
        init_run('mnist', id='elsewhere', endpoint=other.http_endpoint, dir=tmp_path, **quiet).finish()
        assert gauge_points(other, 'ml.training.loss') == []

    with init_run('mnist', id='next', **arguments):
        sink.wait_for(lambda: gauge_points(sink, 'ml.training.loss'))
        [point] = gauge_points(sink, 'ml.training.loss')
        assert point['attributes']['job.id'] == 'left'
    # The one that a person kept offline waits for that person.
    [left] = spools_in(tmp_path)
    assert left.name.startswith('offline-')


def test_broken_folders_do_not_stop_a_sync(sink: OtlpSink, tmp_path: Path) -> None:
    leave_spool(tmp_path, 10, 'good')
    for name, content in (('aaa', b'no spool'), ('bbb', b''), ('zzz', b'\xff' * 10_000)):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'lock').touch()
        (tmp_path / name / '00000001.spool').write_bytes(content)
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'empty' / 'lock').touch()
    (tmp_path / 'file').write_text('x')
    report = sync_spools(tmp_path, settings_for(sink))
    assert (report.spools, report.damaged, report.remaining) == (1, 3, 3)
    assert not (tmp_path / 'empty').exists()
    assert len(gauge_points(sink, 'ml.training.loss')) == 10


def test_a_cut_off_spool_is_sent_up_to_there_and_told(sink: OtlpSink, tmp_path: Path) -> None:
    leave_spool(tmp_path, 1_000, 'r1')
    [path] = tmp_path.glob('r1-*/*.spool')
    path.write_bytes(path.read_bytes()[:-5_000])
    report = sync_spools(tmp_path, settings_for(sink))
    assert (report.spools, report.damaged) == (1, 1)
    batches = [p['batch'] for p in gauge_points(sink, 'ml.training.loss')]
    assert batches == list(range(len(batches)))
    assert 0 < len(batches) < 1_000


def test_nothing_to_sync_is_fine(sink: OtlpSink, tmp_path: Path) -> None:
    assert sync_spools(tmp_path / 'none', settings_for(sink)) == SyncReport()


def test_a_claim_ends_with_its_release(tmp_path: Path) -> None:
    first = FolderLock.acquire(tmp_path)
    assert first is not None
    assert FolderLock.acquire(tmp_path) is None
    first.release()
    second = FolderLock.acquire(tmp_path)
    assert second is not None
    second.release()


def test_a_spool_that_goes_while_it_is_claimed_is_nobodys(sink: OtlpSink, tmp_path: Path) -> None:
    """Who opened its lock before it went must not hold a claim on a file without a name."""
    leave_spool(tmp_path, 1, 'r1')
    [folder] = spools_in(tmp_path)
    opened = Path.open

    def open_and_lose(path: Path, mode: str) -> object:
        file = opened(path, mode)
        remove_folder(folder)
        return file

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, 'open', open_and_lose)
        with pytest.raises(FileNotFoundError):
            FolderLock.acquire(folder)
    assert spools_in(tmp_path) == []


def test_a_spool_that_was_half_removed_is_not_sent_again(sink: OtlpSink, tmp_path: Path) -> None:
    leave_spool(tmp_path, 1, 'r1')
    [folder] = spools_in(tmp_path)
    folder.rename(tmp_path / '.removed-r1')
    assert sync_spools(tmp_path, settings_for(sink)) == SyncReport()
    assert spools_in(tmp_path) == []
    assert not sink.metrics()
