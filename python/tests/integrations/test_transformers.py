"""The installed library's own handler, state and arguments call our callback; its Trainer needs PyTorch."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ml_otel_bridge import Run, init_run
from support.otlp_sink import OtlpSink

from .support import curve_points, event_names, last_config, steps_of

library: Any = import_module('transformers.trainer_callback')
TrainingArguments: Any = import_module('transformers').TrainingArguments
Callback: Any = import_module('ml_otel_bridge.transformers').Callback


class Model:
    """As much of a model as callbacks look at."""

    def __init__(self) -> None:
        self.config: Any = import_module('transformers').BertConfig(hidden_size=12, num_attention_heads=2)


def train(callback: Any, folder: Path, *, first_process: bool = True) -> None:
    """What the Trainer tells its callbacks, in its order, by its own CallbackHandler."""
    arguments = TrainingArguments(output_dir=str(folder), num_train_epochs=2, hub_token='secret')  # noqa: S106
    callbacks = [library.DefaultFlowCallback(), callback]
    handler = library.CallbackHandler(callbacks, Model(), None, None, None)
    state, control = library.TrainerState(is_world_process_zero=first_process), library.TrainerControl()
    control = handler.on_init_end(arguments, state, control)
    control = handler.on_train_begin(arguments, state, control)
    for epoch in range(2):
        control = handler.on_epoch_begin(arguments, state, control)
        for _ in range(2):
            control = handler.on_step_begin(arguments, state, control)
            state.global_step += 1
            state.epoch = state.global_step / 2
            control = handler.on_step_end(arguments, state, control)
            logs = {
                'loss': 1 / state.global_step,
                'grad_norm': 0.5,
                'learning_rate': 1e-5,
                'epoch': state.epoch,
            }
            control = handler.on_log(arguments, state, control, logs)
        measured = {'eval_loss': 0.7 - epoch / 10, 'eval_runtime': 1.0, 'epoch': state.epoch}
        control = handler.on_log(arguments, state, control, measured)
        control = handler.on_evaluate(arguments, state, control, measured)
        control = handler.on_epoch_end(arguments, state, control)
    whole = {'train_runtime': 3.5, 'train_loss': 0.52, 'total_flos': 7.0, 'epoch': 2.0}
    control = handler.on_log(arguments, state, control, whole)
    handler.on_train_end(arguments, state, control)


@pytest.fixture
def begin(tmp_path: Path) -> Callable[[OtlpSink], Run]:
    def begin_run(sink: OtlpSink) -> Run:
        return init_run(
            'bert', endpoint=sink.http_endpoint, dir=tmp_path, environment=False, system_metrics=False
        )

    return begin_run


def test_what_the_trainer_logs(begin: Callable[[OtlpSink], Run], tmp_path: Path) -> None:
    with OtlpSink() as sink:
        with begin(sink) as run:
            train(Callback(run), tmp_path / 'out')
            assert event_names(sink).count('ml.run.finished') == 0
            assert run.summary['train_loss'] == 0.52
        assert steps_of(sink, 'loss') == [(0.5, 1), (1, 2), (1.5, 3), (2, 4)]
        assert steps_of(sink, 'validation_loss') == [(1, 2), (2, 4)]
        assert {name for name, *_ in curve_points(sink)} == {
            'loss',
            'grad_norm',
            'learning_rate',
            'validation_loss',
            'eval_runtime',
        }
        config = last_config(sink)
        assert config['transformers']['arguments']['num_train_epochs'] == 2
        assert config['transformers']['model']['hidden_size'] == 12
        assert config['summary'] == {'train_runtime': 3.5, 'train_loss': 0.52, 'total_flos': 7.0}
        assert 'secret' not in str(config)


def test_only_the_first_process_logs(tmp_path: Path) -> None:
    with OtlpSink() as sink:
        options = {'endpoint': sink.http_endpoint, 'dir': tmp_path, 'system_metrics': False}
        train(Callback(project='bert', **options), tmp_path / 'out', first_process=False)
        assert sink.received == []
        train(Callback(project='bert', **options), tmp_path / 'out')
        assert event_names(sink).count('ml.run.finished') == 1


def test_it_overrides_only_what_the_library_calls() -> None:
    theirs = library.TrainerCallback
    known = {name for name in dir(theirs) if name.startswith('on_')}
    ours = {name for name in known if getattr(Callback, name) is not getattr(theirs, name)}
    assert ours == {'on_train_begin', 'on_log', 'on_train_end'}
    assert {name for name in dir(Callback) if name.startswith('on_')} == known
