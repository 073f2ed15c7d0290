import json
from pathlib import Path

import pytest

from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.importers.table_source import TableOptions, TableSource
from ml_otel_bridge._internal.importers.trainer_state import read_trainer_state

from .reading import read, steps, write


def source(path: Path) -> TableSource:
    return TableSource(path, read_trainer_state, TableOptions())


def test_the_log_history(tmp_path: Path) -> None:
    history = [
        {'epoch': 0.5, 'step': 10, 'loss': 1.5, 'learning_rate': 1e-5},
        {'epoch': 1.0, 'step': 20, 'eval_loss': float('nan'), 'eval_runtime': 2.0},
        'x',
    ]
    state = {'best_metric': None, 'epoch': 1.0, 'global_step': 20, 'log_history': history}
    rows, skipped = read(source(write(tmp_path / 'trainer_state.json', json.dumps(state))))
    assert steps(rows)[0] == (0.5, 10, {'loss': 1.5, 'learning_rate': 1e-5})
    assert (rows[1].step, list(rows[1].values)) == (20, ['val_loss', 'eval_runtime'])
    assert skipped == {'entries that are no object': 1}


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('{"log_history": [', 'not written to its end'),
        ('[]', 'no log_history'),
        ('{"log_history": 3}', 'no log_history'),
        ('{"log_history": []}', 'has no rows'),
    ],
)
def test_what_cannot_be_imported(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ImportFailedError, match=message):
        source(write(tmp_path / 'trainer_state.json', text))
