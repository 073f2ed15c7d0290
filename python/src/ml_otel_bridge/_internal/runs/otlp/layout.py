import re
import struct
import unicodedata
from collections.abc import Callable, Sequence

from ml_otel_bridge._internal.runs.limits import MAX_KEY_LENGTH, MAX_METRICS
from ml_otel_bridge._internal.runs.otlp.registry import STEP_SUFFIX, MetricSpec, spec_for

STEP_KEY = 'batch_number'
EPOCH_KEY = 'epoch'

_UNPRINTABLE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff]')


class Layout:
    """The keys of a step in their order, and how a step of these keys is packed.

    A packed step is its time (nanoseconds, int64) and its values (doubles), little-endian, without padding.
    """

    __slots__ = ('keys', 'number', 'pack', 'selected', 'stride')

    def __init__(self, number: int, keys: Sequence[str], selected: Sequence[int] | None) -> None:
        packer = struct.Struct(f'<q{len(keys)}d')
        self.number = number
        self.keys = tuple(keys)
        self.selected = selected
        """Which of the given values are kept; None for all."""
        self.pack: Callable[..., bytes] = packer.pack
        self.stride = packer.size


def choose_keys(keys: Sequence[str], refuse: Callable[[str, str], None]) -> list[int]:
    """Which of these keys are metrics. Of two that give one name the later is kept from doing so, and told.

    Names are compared as Prometheus will write them: `train/loss` and `train_loss` are one series there.
    """
    owners: dict[str, str] = {}
    chosen: list[int] = []
    for index, key in enumerate(keys):
        if len(chosen) >= MAX_METRICS:
            refuse(f'a step takes at most {MAX_METRICS} metrics: the others were refused', key[:80])
            break
        problem = _key_problem(key)
        if problem:
            refuse(problem, repr(key[:80]))
            continue
        names = _series_names(spec_for(key))
        taken = next((name for name in names if name in owners), None)
        if taken is not None:
            refuse(
                'a key that is the same metric as another of its step was refused: rename one',
                f'{key!r} and {owners[taken]!r} are both {taken} in Prometheus',
            )
            continue
        owners.update(dict.fromkeys(names, key))
        chosen.append(index)
    return chosen


def _key_problem(key: str) -> str | None:
    if len(key) > MAX_KEY_LENGTH:
        return f"a metric's key has at most {MAX_KEY_LENGTH} characters: longer ones were refused"
    if _UNPRINTABLE.search(key) or not any(unicodedata.category(c)[0] in 'LN' for c in key):
        return "a metric's key needs a letter or digit and no control characters: others were refused"
    return None


def _series_names(spec: MetricSpec) -> list[str]:
    """Every series that a metric makes, its histogram's parts and its `.step` gauge included."""
    names = [spec.name]
    if spec.instrument == 'histogram':
        names += [spec.name + suffix for suffix in (STEP_SUFFIX, '_bucket', '_sum', '_count')]
    return [re.sub(r'[^a-zA-Z0-9]', '_', name) for name in names]
