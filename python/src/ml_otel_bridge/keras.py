"""Keras: `ml_otel_bridge.keras.Callback` logs what `fit` measures. Needs the extra `keras`."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ml_otel_bridge._internal.extras import needs_extra
from ml_otel_bridge._internal.integrations.in_order import InOrder
from ml_otel_bridge._internal.integrations.run_of_callback import Every, RunOfCallback, checked_every
from ml_otel_bridge._internal.runs.run import Run

with needs_extra('keras'):
    # Loaded so, because it has no types: reading all of it would take a type checker minutes.
    _keras: Any = import_module('keras')

__all__ = ['Callback']

_Base: Any = _keras.callbacks.Callback


class Callback(_Base):
    """Logs the metrics of `Model.fit`, at each batch or each epoch, as Keras counts them.

    A batch's values are Keras' own: means since the epoch began. At the end of an epoch the validation's
    metrics are logged at its last batch, and the learning rate; with `every='epoch'` the training's, too,
    without a batch.

    Keras may call it from several threads (`async_safe`), so that the training does not wait for the device.

    Args:
        run: logged into, and not finished here. Else:
        every: `batch`, `epoch`, or a number of batches.
        options: of `init_run`: `project` and others. The callback begins a run with each `fit` and finishes
            it.

    Examples:
        >>> import os
        >>> os.environ.setdefault('KERAS_BACKEND', 'jax')
        'jax'
        >>> import keras, numpy
        >>> from ml_otel_bridge.keras import Callback
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile(optimizer='sgd', loss='mse')
        >>> callback = Callback(project='mnist', mode='disabled')
        >>> history = model.fit(numpy.ones((8, 2)), numpy.ones(8), verbose=0, callbacks=[callback])
    """

    async_safe = True

    def __init__(self, run: Run | None = None, *, every: Every = 'batch', **options: Any) -> None:
        _Base.__init__(self)
        self._every = checked_every(every)
        self._runs = RunOfCallback(run, options)
        self._epoch = 0
        self._last_batch: int | None = None
        self._batches = InOrder(self._log_batch)

    @property
    def run(self) -> Run | None:
        """The run that is logged into; None while there is none."""
        return self._runs.now

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Begins the run, where it is the callback's own, and says what is trained."""
        run = self._runs.begin()
        run.config['keras'] = _describe(self.model, self.params)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Keeps the epoch for the batches that follow."""
        self._epoch = epoch
        self._last_batch = None

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Keeps the order of the batches."""
        self._batches.begin(batch)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Logs a batch. Any thread may call it."""
        self._batches.end(batch, dict(logs or {}))

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Logs what an epoch says."""
        # Keras waits for the ends of all batches before this.
        self._batches.end_all()
        run = self._runs.now
        if run is None:
            return
        metrics = dict(logs or {})
        if self._every != 'epoch':
            metrics = {name: value for name, value in metrics.items() if name.startswith('val_')}
        rate = _learning_rate(self.model)
        if rate is not None:
            metrics.setdefault('learning_rate', rate)
        run.log(metrics, step=None if self._every == 'epoch' else self._last_batch, epoch=epoch)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
        """Finishes the run, where it is the callback's own."""
        self._batches.end_all()
        self._runs.end()

    def _log_batch(self, batch: int, logs: Mapping[str, Any]) -> None:
        self._last_batch = batch
        run = self._runs.now
        if run is None or self._every == 'epoch':
            return
        if isinstance(self._every, str) or (batch + 1) % self._every == 0:
            run.log(logs, step=batch, epoch=self._epoch)


def _describe(model: Any, params: Mapping[str, Any] | None) -> dict[str, Any]:
    description: dict[str, Any] = {'fit': dict(params or {}), 'backend': _keras.backend.backend()}
    try:
        optimizer = model.optimizer
        description['model'] = {
            'name': model.name,
            'parameters': model.count_params() if model.built else None,
        }
        description['optimizer'] = {'class': type(optimizer).__name__, **optimizer.get_config()}
    except Exception as error:  # noqa: BLE001  a model of one's own may lack any of this; the training goes on
        description['incomplete'] = f'{type(error).__name__}: {error}'
    return description


def _learning_rate(model: Any) -> float | None:
    try:
        return float(model.optimizer.learning_rate)
    except Exception:  # noqa: BLE001  an optimizer of one's own need not have one
        return None
