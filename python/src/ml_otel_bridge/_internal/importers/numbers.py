"""Numbers and times as trainers write them."""

import math
from datetime import datetime, timedelta, timezone

_MISSING = frozenset(('', 'na', 'n/a', 'null', 'none', '-'))
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_YEAR_2000 = 946_684_800
_LAST_SECOND = 9_214_646_399
"""The end of 2261: the store's times are signed 64-bit nanoseconds."""


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value. `nan` is one: a value."""
    return text.strip().lower() in _MISSING


def to_number(value: object) -> float | None:
    """A number, a truth value, or the text of a number; NaN and infinities are numbers. None for all else."""
    if isinstance(value, (bool, int, float, str)):
        try:
            return float(value)
        except (ValueError, OverflowError):
            return None
    return None


def to_step(value: object) -> int | None:
    """A step: a whole number that is not negative (`3`, `3.0`, `'3'`)."""
    number = to_number(value)
    if number is None or not math.isfinite(number) or number < 0 or not number.is_integer():
        return None
    return int(number)


def to_epoch(value: object) -> float | None:
    number = to_number(value)
    return number if number is not None and math.isfinite(number) and number >= 0 else None


def to_time(value: object) -> int | None:
    """Nanoseconds since 1970, of a date or of seconds, milli-, micro- or nanoseconds since 1970.

    Which of these a number is, is told by its size: none lies before the year 2000. A date without a zone is
    UTC.
    """
    number = to_number(value)
    if number is not None:
        return _from_number(number, value)
    return _from_date(value) if isinstance(value, str) else None


def elapsed_to_time(value: object, start: int) -> int | None:
    """Nanoseconds since 1970, of seconds since `start`."""
    number = to_number(value)
    if number is None or not math.isfinite(number) or not 0 <= number < _YEAR_2000:
        return None
    return start + round(number * 1e9)


def _from_number(number: float, value: object) -> int | None:
    for power in (0, 3, 6, 9):
        if _YEAR_2000 * 10**power <= number < min(10**11, _LAST_SECOND) * 10**power:
            # A double has not all digits of nanoseconds: whole numbers are taken as they stand.
            exact = _whole(value)
            if exact is not None:
                return exact * 10 ** (9 - power)
            whole = math.floor(number)
            return whole * 10 ** (9 - power) + round((number - whole) * 10 ** (9 - power))
    return None


def _whole(value: object) -> int | None:
    if isinstance(value, int):
        return value
    try:
        return int(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _from_date(text: str) -> int | None:
    text = text.strip()
    if len(text) < len('2026-01-01'):
        return None
    try:
        # Before Python 3.11 fromisoformat knows no Z.
        when = datetime.fromisoformat(text[:-1] + '+00:00' if text[-1] in 'Zz' else text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    found = (when - _EPOCH) // timedelta(microseconds=1) * 1_000
    return found if 0 <= found // 10**9 <= _LAST_SECOND else None
