"""Hugging Face Transformers: `ml_otel_bridge.transformers.Callback`, for the `Trainer`.

Needs the extra `transformers`.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ml_otel_bridge._internal.extras import needs_extra
from ml_otel_bridge._internal.integrations.run_of_callback import RunOfCallback
from ml_otel_bridge._internal.runs.run import Run

with needs_extra('transformers'):
    # Loaded so, because its types need PyTorch's.
    _trainer_callback: Any = import_module('transformers.trainer_callback')

__all__ = ['Callback']

_Base: Any = _trainer_callback.TrainerCallback

_RENAMED = {'eval_loss': 'val_loss'}
"""The Trainer's word for what every run has."""
_OF_THE_WHOLE = frozenset(
    ('train_runtime', 'train_samples_per_second', 'train_steps_per_second', 'total_flos', 'train_loss')
)
"""Said once, at the end: they go into the summary."""


class Callback(_Base):
    """Logs what the `Trainer` logs, with its global step and its epoch. `eval_loss` is logged as `val_loss`.

    Only the first process of a distributed training logs, as the Trainer's other callbacks do.

    Args:
        run: logged into, and not finished here. Else:
        options: of `init_run`: `project` and others. The callback begins a run with each `train` and
            finishes it.

    Examples:
        >>> from ml_otel_bridge.transformers import Callback
        >>> callback = Callback(project='bert', mode='disabled')
        >>> # Trainer(model, args, train_dataset=…, callbacks=[callback]).train()
    """

    def __init__(self, run: Run | None = None, **options: Any) -> None:
        _Base.__init__(self)
        self._runs = RunOfCallback(run, options)

    @property
    def run(self) -> Run | None:
        """The run that is logged into; None while there is none."""
        return self._runs.now

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:  # noqa: ARG002
        """Begins the run, where it is the callback's own, and says what is trained."""
        if not state.is_world_process_zero:
            return
        run = self._runs.begin()
        run.config['transformers'] = {
            'arguments': _plain(args),
            'model': _plain(getattr(model, 'config', None)),
        }

    def on_log(
        self,
        args: Any,  # noqa: ARG002
        state: Any,
        control: Any,  # noqa: ARG002
        logs: Mapping[str, Any] | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Logs what the Trainer logs."""
        run = self._runs.now
        if run is None or not state.is_world_process_zero:
            return
        logged = dict(logs or {})
        epoch = logged.pop('epoch', state.epoch)
        for name in _OF_THE_WHOLE & logged.keys():
            run.summary[name] = logged.pop(name)
        metrics = {_RENAMED.get(name, name): value for name, value in logged.items() if _is_number(value)}
        if metrics:
            run.log(metrics, step=state.global_step, epoch=epoch)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Finishes the run, where it is the callback's own."""
        if state.is_world_process_zero:
            self._runs.end()


def _is_number(value: object) -> bool:
    return hasattr(value, '__float__') and not isinstance(value, str)


def _plain(described: Any) -> Any:
    """Arguments and model configurations say themselves what they are, without their secrets."""
    problem: object = None
    # Both leave out tokens; the first also says what the batch size came to, for which it needs PyTorch.
    for name in ('to_sanitized_dict', 'to_dict'):
        try:
            return getattr(described, name)()
        except Exception as error:  # noqa: BLE001  a configuration of one's own; the training goes on
            problem = f'{type(error).__name__}: {error}'
    return None if described is None else problem
