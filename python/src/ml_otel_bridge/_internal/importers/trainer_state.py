"""`trainer_state.json`, as the Trainer of Hugging Face Transformers writes it beside each checkpoint."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from ml_otel_bridge._internal.importers.limits import MAX_STATE_BYTES
from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.importers.skipped import Skipped
from ml_otel_bridge._internal.importers.table_source import Record

_RENAMED = {'eval_loss': 'val_loss'}
"""As our callback does (`ml_otel_bridge.transformers`), so that both make the same curves."""


def read_trainer_state(path: Path, skipped: Skipped) -> Iterator[Record]:
    """The entries of its `log_history`, with their `step` and `epoch`. It has no times."""
    size = path.stat().st_size
    if size > MAX_STATE_BYTES:
        raise ImportFailedError(f'{path}: is larger than {MAX_STATE_BYTES // 2**20} MiB')
    try:
        state: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ImportFailedError(f'{path}: is no JSON, or not written to its end ({error})') from error
    history = cast('dict[str, object]', state).get('log_history') if isinstance(state, dict) else None
    if not isinstance(history, list):
        raise ImportFailedError(f'{path}: has no log_history')
    entries = cast('list[object]', history)
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            skipped.add('entries that are no object', f'entry {number}')
            continue
        values = cast('Mapping[str, object]', entry)
        named = {_RENAMED.get(name, name): value for name, value in values.items()}
        yield Record(named, number, size * number // len(entries))
