"""Which columns (or keys) of a file say the step, the epoch and the time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ml_otel_bridge._internal.importers.numbers import to_time
from ml_otel_bridge._internal.importers.row import ImportFailedError

STEP_NAMES = (
    'global_step', 'trainer/global_step', 'step', '_step', 'steps', 'current_steps', 'iteration', 'iter',
    'training_iteration', 'num_updates', 'update', 'batch', 'batch_number', 'num_timesteps',
)  # fmt: skip
"""In the order in which they are tried."""

EPOCH_NAMES = ('epoch', 'trainer/epoch', 'current_epoch', 'epochs')

TIME_NAMES = (
    'timestamp', '_timestamp', '@timestamp', 'wall_time', 'datetime', 'date', 'time', 'created_at', 'ts',
)  # fmt: skip
"""Only where the first value is a time: mmengine's `time` is how long an iteration took."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names as the file has them; None where it has none."""

    step: str | None = None
    epoch: str | None = None
    time: str | None = None

    @property
    def all(self) -> frozenset[str]:
        return frozenset(name for name in (self.step, self.epoch, self.time) if name is not None)


NO_COLUMN = 'none'
"""Said in place of a column's name: the file has none."""


def find_columns(first: Mapping[str, object], wanted: Columns) -> Columns:
    """The columns of a file whose first row is `first`.

    Names are compared without case. `wanted` goes before what is found; `none` in it means that there is no
    such column. Raises `ImportFailedError` for a wanted column that the file does not have.
    """
    by_name = {name.strip().lower(): name for name in reversed([*first])}
    times = (name for name in TIME_NAMES if name in by_name and to_time(first[by_name[name]]) is not None)
    return Columns(
        step=_column(wanted.step, STEP_NAMES, by_name, 'step'),
        epoch=_column(wanted.epoch, EPOCH_NAMES, by_name, 'epoch'),
        time=_column(wanted.time, times, by_name, 'time'),
    )


def _column(wanted: str | None, names: Iterable[str], by_name: Mapping[str, str], what: str) -> str | None:
    if wanted is None:
        return next((by_name[name] for name in names if name in by_name), None)
    if wanted.strip().lower() == NO_COLUMN:
        return None
    if wanted.strip().lower() not in by_name:
        known = ', '.join(list(by_name.values())[:20])
        raise ImportFailedError(f'there is no column {wanted!r} for the {what}; there are: {known}')
    return by_name[wanted.strip().lower()]
