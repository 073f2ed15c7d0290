"""Scalars of NumPy, JAX and PyTorch, taken as they are at the time of the call."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import jax as typed_jax
import jax.numpy as typed_jnp
import numpy as np
import pytest
from tests.runs.support import gauge_points
from tests.support.otlp_sink import OtlpSink

from ml_otel_bridge import Run
from ml_otel_bridge._internal.runs.values.tensors import Pending, snapshot_tensor

Start = Callable[..., Run]

# They have types for little of what is used here.
jax: Any = typed_jax
jnp: Any = typed_jnp


@pytest.mark.parametrize(
    'value',
    [
        np.float32(0.5),
        np.float64(0.5),
        np.float16(0.5),
        np.array(0.5),
        np.array([0.5]),
        np.array([[0.5]], dtype=np.float32),
        jnp.float32(0.5),
        jnp.array([0.5]),
        jnp.bfloat16(0.5),
        Decimal('0.5'),
        Fraction(1, 2),
    ],
    ids=lambda value: f'{type(value).__module__}.{type(value).__name__}',
)
def test_scalars_are_numbers(value: Any, sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log({'loss': value, 'other': 1.0}, step=np.int64(3), epoch=np.float32(1.5))
    run.finish()
    [point] = gauge_points(sink, 'ml.training.loss')
    assert (point['value'], point['batch'], point['epoch']) == (0.5, 3, 1.5)
    assert run.refused == {}


@pytest.mark.parametrize(
    'value',
    [
        np.array([1.0, 2.0]),
        jnp.array([1.0, 2.0]),
        np.bool_(True),
        jnp.array(True),
        np.array('x'),
        np.array(True),
    ],
)
def test_what_is_more_than_a_number_or_none_is_refused(value: Any, sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    run.log({'loss': value, 'other': 1.0})
    run.finish()
    assert gauge_points(sink, 'ml.training.loss') == []
    assert len(gauge_points(sink, 'ml.training.other')) == 1
    assert run.refused == {'a value that is no number was refused': 1}


def test_an_array_that_changes_after_the_call_was_taken_as_it_was(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    running = np.zeros(())
    for step in range(5):
        running += 1
        run.log({'loss': running}, step=step)
    run.finish()
    assert [point['value'] for point in gauge_points(sink, 'ml.training.loss')] == [1, 2, 3, 4, 5]


def test_a_jax_array_is_not_waited_for_on_the_calling_thread() -> None:
    begun = jax.jit(jnp.sum)(jnp.ones((8, 8)))
    pending = snapshot_tensor(begun)
    assert isinstance(pending, Pending)
    assert float(pending) == 64


def test_a_jax_array_that_was_given_away_is_refused_and_nothing_else(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    given = jnp.float32(1.0) + 0
    given.delete()
    run.log({'loss': given, 'other': 1.0})
    run.finish()
    assert len(gauge_points(sink, 'ml.training.other')) == 1
    assert run.refused == {'a value that is no number was refused': 1}


class FakeTensor:
    """What a PyTorch tensor in host memory offers of what is asked for; it can change in place."""

    is_cuda = False

    def __init__(self, value: float) -> None:
        self.value = value

    def item(self) -> float:
        return self.value


def test_a_tensor_in_host_memory_is_read_at_once(sink: OtlpSink, start: Start) -> None:
    run = start('mnist')
    tensor = FakeTensor(1.0)
    run.log({'loss': tensor}, step=1)
    tensor.value = 2.0
    run.finish()
    assert [point['value'] for point in gauge_points(sink, 'ml.training.loss')] == [1.0]
