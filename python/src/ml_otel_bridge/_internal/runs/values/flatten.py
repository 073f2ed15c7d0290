"""What `log` is given, as a flat dict of numbers that nobody can change any more."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

from ml_otel_bridge._internal.runs.limits import MAX_KEY_LENGTH, MAX_METRICS, MAX_NESTING
from ml_otel_bridge._internal.runs.values.tensors import Pending, snapshot_tensor

PLAIN_NUMBERS: frozenset[type] = frozenset({float, int})
"""Types whose values cannot change and convert at once: a dict of these needs only a copy."""

NO_STRING = "a metric's key that is no string was refused"

Refuse = Callable[[str, str], None]
"""Told the cause and an example of each value that is refused."""


class Flattened(dict[str, 'float | int | Pending']):
    """A flat dict of numbers, of which some may still be on their way from a device."""


def plain_numbers() -> frozenset[type]:
    """The plain number types of this process: NumPy's scalars too, once NumPy is loaded."""
    numpy = sys.modules.get('numpy')
    if numpy is None:
        return PLAIN_NUMBERS
    names = ('float64', 'float32', 'float16', 'int64', 'int32', 'int16', 'int8', 'uint64', 'uint32', 'uint8')
    return PLAIN_NUMBERS | {getattr(numpy, name) for name in names}


def flatten(data: Mapping[Any, Any], refuse: Refuse) -> Flattened:
    """Joins nested keys with dots and takes each value as it is now.

    None is a metric that was not measured. What is no number is refused and the rest is kept. Never raises,
    but for what a mapping's own iteration raises.
    """
    flat = Flattened()
    _flatten_into(flat, data, '', 0, refuse)
    return flat


def _flatten_into(flat: Flattened, data: Mapping[Any, Any], prefix: str, depth: int, refuse: Refuse) -> None:
    for key, value in data.items():
        name = key_name(key)
        if name is None:
            refuse(NO_STRING, type(key).__name__)
            continue
        name = prefix + name
        if value is None:
            continue
        if isinstance(value, Mapping):
            if depth >= MAX_NESTING:
                refuse(f'metrics nested deeper than {MAX_NESTING} levels were refused', name[:80])
            else:
                _flatten_into(flat, cast('Mapping[Any, Any]', value), f'{name}.', depth + 1, refuse)
        elif len(flat) >= MAX_METRICS:
            refuse(f'a step takes at most {MAX_METRICS} metrics: the others were refused', name[:80])
            if depth > 0:
                return
        elif len(name) > MAX_KEY_LENGTH:
            refuse(
                f"a metric's key has at most {MAX_KEY_LENGTH} characters: longer ones were refused", name[:80]
            )
        else:
            number = freeze(value, name, refuse)
            if number is not None:
                flat[name] = number


def key_name(key: object) -> str | None:
    """A key as text: a string (an enumeration's member by its value) or a whole number; None for all else."""
    if isinstance(key, str):
        return str.__str__(key)
    return str(key) if type(key) is int else None


def freeze(value: object, name: str, refuse: Refuse) -> 'float | int | Pending | None':
    """The value as it is now: a number, or where it lies on a device and cannot change, a promise of it.

    Gives None where it is no number, which was then told to `refuse`.
    """
    if type(value) in PLAIN_NUMBERS:
        return cast('float | int', value)
    if isinstance(value, str | bytes | bool) or type(value).__name__ in ('bool_', 'bool'):
        refuse('a value that is no number was refused', f'{name}: {type(value).__name__}')
        return None
    try:
        pending = snapshot_tensor(value)
        return pending if pending is not None else number_of(value)
    except Exception as error:  # noqa: BLE001 - whatever a foreign object raises
        refuse('a value that is no number was refused', f'{name}: {type(value).__name__}: {str(error)[:120]}')
        return None


def number_of(value: object) -> float:
    """The value as a float.

    Raises:
        TypeError, ValueError, OverflowError: and whatever a foreign object's conversion raises.
    """
    item = getattr(value, 'item', None)
    if item is not None and not isinstance(value, float | int):
        value = item()
        if isinstance(value, bool):
            raise TypeError('expected a number, got a boolean')
    return float(cast('float', value))
