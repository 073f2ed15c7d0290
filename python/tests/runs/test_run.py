"""A run from `init_run` to what a real receiver holds."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runs.support import gauge_points, quiet
from tests.support.otlp_sink import OtlpSink, plain

from ml_otel_bridge import init_run


def test_each_step_is_a_point_with_its_step_and_time(sink: OtlpSink, start: Callable[..., Any]) -> None:
    run = start('mnist', model='resnet', dataset='digits', id='r1', start_time=1_700_000_000.0)
    for step in range(2_000):
        run.log({'loss': step / 2, 'val': {'acc': 0.5}}, step=step, epoch=step // 500)
    assert run.finish()

    points = gauge_points(sink, 'ml.training.loss')
    assert [(p['batch'], p['epoch'], p['value']) for p in points] == [
        (i, i // 500, i / 2) for i in range(2_000)
    ]
    assert {p['start'] for p in points} == {1_700_000_000_000_000_000}
    assert len({p['time'] for p in points}) == 2_000
    assert points[0]['attributes'] == {
        'job.id': 'r1',
        'model.name': 'resnet',
        'dataset': 'digits',
        'batch': 0,
        'epoch': 0,
    }
    assert len(gauge_points(sink, 'ml.training.val.acc')) == 2_000
    [*_, last] = [seen.item.sum for seen in sink.metrics('ml.training.batch_number')]
    assert (last.data_points[0].as_double, last.is_monotonic) == (1_999, True)
    assert run.dropped == 0


def test_the_events_are_those_of_the_bridge(sink: OtlpSink, start: Callable[..., Any]) -> None:
    run = start(
        'mnist', id='r1', config={'lr': 0.1, 'layers': [1, 2]}, tags=['a'], group='g', name='n', ordered=False
    )
    run.config['lr'] = 0.2
    run.finish('failed')

    events = {seen.item.event_name: seen for seen in sink.logs()}
    identity = {'job.id': 'r1', 'model.name': 'mnist', 'dataset': ''}
    assert events['ml.run.started'].attributes == {
        **identity,
        'ml.project': 'mnist',
        'label.name': 'n',
        'label.group': 'g',
        'label.tag.a': 'true',
        'ml.run.ordered': False,
    }
    assert plain(events['ml.run.config'].item.body) == {'lr': 0.2, 'layers': [1, 2]}
    assert events['ml.run.config'].attributes == identity
    assert events['ml.run.finished'].attributes == {**identity, 'ml.run.status': 'failed'}
    assert (events['ml.run.finished'].item.severity_text, events['ml.run.started'].item.severity_text) == (
        'ERROR',
        'INFO',
    )


def test_values_that_are_not_finite_are_values(sink: OtlpSink, start: Callable[..., Any]) -> None:
    run = start('mnist')
    run.log({'loss': math.nan, 'grad': math.inf, 'samples_per_second': -math.inf}, step=1)
    run.finish()

    assert math.isnan(gauge_points(sink, 'ml.training.loss')[0]['value'])
    assert gauge_points(sink, 'ml.training.grad')[0]['value'] == math.inf
    assert gauge_points(sink, 'ml.training.samples_per_second.step')[0]['value'] == -math.inf
    assert sink.metrics('ml.training.samples_per_second') == []
    assert run.refused == {'values that a sum or histogram cannot take (non_finite)': 1}


def test_an_exception_ends_the_run_as_failed_and_is_recorded(
    sink: OtlpSink, start: Callable[..., Any]
) -> None:
    def train() -> None:
        with start('mnist') as run:
            run.log({'loss': 1.0})
            raise RuntimeError('diverged')

    with pytest.raises(RuntimeError, match='diverged'):
        train()

    events = {seen.item.event_name: seen.attributes for seen in sink.logs()}
    assert events['ml.run.finished']['ml.run.status'] == 'failed'
    assert (events['exception']['exception.type'], events['exception']['exception.message']) == (
        'RuntimeError',
        'diverged',
    )
    assert 'test_run.py' in events['exception']['exception.stacktrace']


def test_offline_only_writes_and_disabled_does_nothing(sink: OtlpSink, tmp_path: Path) -> None:
    with init_run('mnist', mode='offline', endpoint=sink.http_endpoint, dir=tmp_path, **quiet) as offline:
        offline.log({'loss': 1.0})
    assert offline.directory is not None
    assert [path.name for path in offline.directory.glob('*.spool')] == ['00000001.spool']

    with init_run(
        'mnist', mode='disabled', endpoint=sink.http_endpoint, dir=tmp_path / 'none', **quiet
    ) as disabled:
        disabled.log({'loss': 1.0})
    assert not (tmp_path / 'none').exists()
    assert sink.received == []


def test_spans_and_alerts_go_along(sink: OtlpSink, start: Callable[..., Any]) -> None:
    run = start('mnist', id='r1')
    with run.span('evaluate', split='test') as outer, run.span('batch'):
        pass
    run.alert('loss is NaN', 'at step 7', level='error')
    run.finish()

    spans = {seen.item.name: seen for seen in sink.spans()}
    assert spans['evaluate'].attributes == {'job.id': 'r1', 'split': 'test'}
    assert spans['batch'].item.parent_span_id == outer.get_span_context().span_id.to_bytes(8, 'big')
    alert = next(seen for seen in sink.logs() if seen.item.event_name == 'ml.run.alert')
    assert (alert.item.severity_text, alert.item.body.string_value) == ('ERROR', 'at step 7')
    assert alert.attributes['ml.run.alert.title'] == 'loss is NaN'
