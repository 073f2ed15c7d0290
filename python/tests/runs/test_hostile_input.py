"""Nothing that is given to `log` may raise or lose the rest of its step; each cause is counted and said
once.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, cast

import pytest
from tests.runs.support import gauge_points, metric_names
from tests.support.otlp_sink import OtlpSink

from ml_otel_bridge import Run

Start = Callable[..., Run]


class Raises:
    def __float__(self) -> float:
        raise ZeroDivisionError('no number here')


class Word(str, Enum):
    LOSS = 'loss'


def cycle() -> dict[str, Any]:
    inner: dict[str, Any] = {'x': 1.0}
    inner['again'] = inner
    return inner


class Broken(Mapping[str, float]):
    def __getitem__(self, key: str) -> float:
        raise OSError('gone')

    def __iter__(self) -> Iterator[str]:
        raise OSError('gone')

    def __len__(self) -> int:
        return 1


NO_NUMBER = 'a value that is no number was refused'


@pytest.mark.parametrize(
    ('bad', 'cause'),
    [
        ({'word': 'high'}, NO_NUMBER),
        ({'flag': True}, NO_NUMBER),
        ({'bytes': b'1'}, NO_NUMBER),
        ({'list': [1.0]}, NO_NUMBER),
        ({'complex': 1j}, NO_NUMBER),
        ({'raises': Raises()}, NO_NUMBER),
        ({'huge': 10**400}, NO_NUMBER),
        ({'type': float}, NO_NUMBER),
        ({'cycle': cycle()}, 'metrics nested deeper than 16 levels were refused'),
        ({('a', 1): 1.0}, "a metric's key that is no string was refused"),
        ({None: 1.0}, "a metric's key that is no string was refused"),
        ({'k' * 1_000_000: 1.0}, "a metric's key has at most 200 characters: longer ones were refused"),
        ({'': 1.0}, "a metric's key needs a letter or digit and no control characters: others were refused"),
        (
            {'a\nb': 1.0},
            "a metric's key needs a letter or digit and no control characters: others were refused",
        ),
        (
            {'\ud800x': 1.0},
            "a metric's key needs a letter or digit and no control characters: others were refused",
        ),
        (
            {'training_loss': 2.0},
            'a key that is the same metric as another of its step was refused: rename one',
        ),
    ],
    ids=lambda value: str(cast('object', value))[:24],
)
def test_bad_values_are_refused_and_the_rest_is_kept(
    bad: dict[Any, Any], cause: str, sink: OtlpSink, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    run = start('mnist')
    for step in range(3):
        run.log({'loss': 0.5, **bad}, step=step)
    run.finish()

    assert [point['value'] for point in gauge_points(sink, 'ml.training.loss')] == [0.5] * 3
    # A list of keys is looked at once, a value each time.
    assert run.refused[cause] >= 1
    assert set(run.refused) == {cause}
    assert [record.levelno for record in caplog.records if cause in record.message] == [logging.WARNING]
    assert run.dropped == 0


def test_ten_thousand_keys_give_a_thousand_metrics(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log({f'm{i}': float(i) for i in range(10_000)}, step=1)
    run.log({'loss': 1.0}, step=2)
    run.finish()
    names = metric_names(sink)
    # The step's number is one of the thousand.
    assert len([name for name in names if name.startswith('ml.training.m')]) == 999
    assert 'ml.training.loss' in names


@pytest.mark.parametrize('data', [None, 'loss', 5, [('loss', 1.0)], Broken()])
def test_what_is_no_dict_is_refused_whole(data: Any, sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log(data)
    run.log({'loss': 1.0})
    run.finish()
    assert len(gauge_points(sink, 'ml.training.loss')) == 1
    assert run.refused == {'a call of log could not be taken': 1}


@pytest.mark.parametrize('bad', ['seven', True, Raises(), [1]])
def test_a_step_that_is_no_number_is_left_out(bad: Any, sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log({'loss': 1.0}, step=bad, epoch=bad)
    run.finish()
    [point] = gauge_points(sink, 'ml.training.loss')
    assert (point['batch'], point['epoch']) == (None, None)
    assert run.refused == {NO_NUMBER: 2}


def test_none_is_a_metric_that_was_not_measured(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log({'loss': 1.0, 'accuracy': None}, step=1)
    run.finish()
    assert 'ml.training.accuracy' not in metric_names(sink)
    assert run.refused == {}


def test_other_mappings_and_keys_that_are_text_are_fine(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log(OrderedDict({Word.LOSS: 1.0}), step=1)
    numbered: dict[Any, Any] = {'layer': {0: 0.5, 'deep': {'x': 2}}, 7: 1.5}
    run.log(numbered, step=2)
    run.finish()
    assert metric_names(sink) >= {
        'ml.training.loss',
        'ml.training.layer.0',
        'ml.training.layer.deep.x',
        'ml.training.7',
    }
    assert run.refused == {}


def test_a_step_wins_over_a_key_of_its_meaning(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log({'loss': 1.0, 'batch_number': 3, 'epoch': 9}, step=4)
    run.log({'loss': 1.0, 'batch_number': 5, 'epoch': 9})
    run.finish()
    points = gauge_points(sink, 'ml.training.loss')
    assert [(point['batch'], point['epoch']) for point in points] == [(4, 9), (5, 9)]
    assert run.refused == {}


def test_a_dict_that_changes_after_the_call_was_taken_as_it_was(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    data: dict[str, Any] = {'loss': 0.0, 'nested': {'x': 0.0}}
    for step in range(5):
        data['loss'] = data['nested']['x'] = float(step)
        run.log(data, step=step)
    run.finish()
    assert [point['value'] for point in gauge_points(sink, 'ml.training.loss')] == [0, 1, 2, 3, 4]
    assert [point['value'] for point in gauge_points(sink, 'ml.training.nested.x')] == [0, 1, 2, 3, 4]
