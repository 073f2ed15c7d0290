import os
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_otel_bridge import Run, init_run
from support.otlp_sink import OtlpSink

from .support import curve_points, event_names, last_config, steps_of

# Keras 3.15 itself, when an optimizer says what it is, with NumPy 2.
pytestmark = pytest.mark.filterwarnings('ignore:__array__ implementation:DeprecationWarning')

os.environ['KERAS_BACKEND'] = 'jax'
keras: Any = import_module('keras')
Callback: Any = import_module('ml_otel_bridge.keras').Callback


def fit(
    callbacks: list[Any], *, epochs: int = 2, steps_per_execution: int = 1, validate: bool = False
) -> None:
    """Six batches an epoch, trained by JAX."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer='sgd', loss='mse', metrics=['mae'], steps_per_execution=steps_per_execution)
    options: dict[str, Any] = {'validation_split': 0.25} if validate else {}
    rows = 64 if validate else 48
    model.fit(
        np.ones((rows, 2)),
        np.ones(rows),
        batch_size=8,
        epochs=epochs,
        verbose=0,
        callbacks=callbacks,
        **options,
    )


Begin = Callable[[OtlpSink], Run]


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    def begin_run(sink: OtlpSink) -> Run:
        return init_run(
            'digits', endpoint=sink.http_endpoint, dir=tmp_path, environment=False, system_metrics=False
        )

    return begin_run


def test_every_batch_in_order_and_the_validation_at_the_end_of_an_epoch(
    begin: Callable[[OtlpSink], Run],
) -> None:
    with OtlpSink() as sink:
        with begin(sink) as run:
            fit([Callback(run)], validate=True)
        assert steps_of(sink, 'loss') == [(epoch, batch) for epoch in (0, 1) for batch in range(6)]
        assert steps_of(sink, 'mae') == steps_of(sink, 'loss')
        assert steps_of(sink, 'validation_loss') == [(0, 5), (1, 5)]
        assert steps_of(sink, 'val_mae') == [(0, 5), (1, 5)]
        rates = [value for name, _, _, value in curve_points(sink) if name == 'learning_rate']
        assert rates == pytest.approx([0.01, 0.01])
        assert event_names(sink).count('ml.run.finished') == 1
        config = last_config(sink)['keras']
        assert config['backend'] == 'jax'
        assert config['fit']['epochs'] == 2
        assert config['model']['parameters'] == 3
        assert config['optimizer']['class'] == 'SGD'


def test_keras_calls_it_from_several_threads(begin: Begin) -> None:
    seen: list[Any] = []

    class Spy(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(threading.current_thread().name)
            Callback.on_train_batch_end(self, batch, logs)

    with OtlpSink() as sink, begin(sink) as run:
        fit([Spy(run)], epochs=1)
    assert len(seen) == 6
    assert all(name.startswith('ThreadPoolExecutor') for name in seen)


def test_several_batches_executed_as_one(begin: Begin) -> None:
    with OtlpSink() as sink:
        with begin(sink) as run:
            fit([Callback(run)], epochs=1, steps_per_execution=3)
        assert steps_of(sink, 'loss') == [(0, 2), (0, 5)]


@pytest.mark.parametrize(
    ('every', 'steps'), [('epoch', [(0, None), (1, None)]), (3, [(0, 2), (0, 5), (1, 2), (1, 5)])]
)
def test_less_often(begin: Begin, every: Any, steps: list[Any]) -> None:
    with OtlpSink() as sink:
        with begin(sink) as run:
            fit([Callback(run, every=every)])
        assert steps_of(sink, 'loss') == steps


def test_a_run_of_its_own_for_each_fit(tmp_path: Path) -> None:
    with OtlpSink() as sink:
        callback = Callback(project='digits', endpoint=sink.http_endpoint, dir=tmp_path, system_metrics=False)
        for _ in range(2):
            assert callback.run is None
            fit([callback], epochs=1)
        runs = {log.attributes['job.id'] for log in sink.logs()}
        assert len(runs) == 2
        assert event_names(sink).count('ml.run.finished') == 2


def test_what_cannot_be_meant() -> None:
    with pytest.raises(TypeError, match='a run, or a project'):
        Callback()
    with init_run('digits', mode='disabled') as run:
        with pytest.raises(TypeError, match='takes no further options, got tags'):
            Callback(run, tags=['a'])
        for every in ('step', 0, True, 1.5):
            with pytest.raises(ValueError, match='every: expected'):
                Callback(run, every=every)


WITH_NUMPY = """
import keras, numpy as np
from ml_otel_bridge import init_run
from ml_otel_bridge.keras import Callback
assert keras.backend.backend() == 'numpy'
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(loss='mse')
run = init_run('digits', mode='disabled')
callback = Callback(run)
model.evaluate(np.ones((8, 2)), np.ones(8), verbose=0, callbacks=[callback])
# NumPy's back end cannot fit: a loop of one's own, as Keras' documentation of Callback has it.
callbacks = keras.callbacks.CallbackList([callback], model=model)
callbacks.on_train_begin()
callbacks.on_epoch_begin(0)
callbacks.on_train_batch_begin(0)
callbacks.on_train_batch_end(0, {'loss': np.float32(0.5)})
callbacks.on_epoch_end(0, {'loss': 0.5, 'val_loss': 0.7})
callbacks.on_train_end()
print('done')
"""


def test_the_numpy_back_end_evaluates_and_takes_loops_of_ones_own() -> None:
    done = subprocess.run(
        [sys.executable, '-c', WITH_NUMPY],
        env={'PYTHONPATH': ':'.join(sys.path), 'KERAS_BACKEND': 'numpy'},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, 'done\n'), done.stderr
