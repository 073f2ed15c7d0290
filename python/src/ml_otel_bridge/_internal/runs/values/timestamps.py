from collections.abc import Callable
from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LAST_SECOND = 9_214_646_399
"""The end of the year 2261: OTLP times are unsigned 64-bit nanoseconds, the store's signed; both hold times
up to 2262.
"""
_FIRST_NANOSECONDS = 10**17
_SECONDS_END = 10**11


def to_nanoseconds(timestamp: object, refuse: Callable[[str, str], None]) -> int | None:
    """A time as nanoseconds since 1970; None where it is none, which is told to `refuse`.

    A float, or a whole number below 10^11, is seconds; a whole number from 10^17 is nanoseconds. A datetime
    without a zone is read as UTC, which is told once.
    """
    try:
        found = _read(timestamp, refuse)
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is not None and 0 <= found // 1_000_000_000 <= _LAST_SECOND:
        return found
    refuse(
        'a timestamp was refused and the time of the call taken: '
        'expected seconds or nanoseconds since 1970, or a datetime',
        repr(timestamp)[:80],
    )
    return None


def _read(timestamp: object, refuse: Callable[[str, str], None]) -> int | None:
    if isinstance(timestamp, bool):
        return None
    if isinstance(timestamp, datetime):
        if timestamp.tzinfo is None:
            refuse('timestamps without a time zone are read as UTC', timestamp.isoformat())
            timestamp = timestamp.replace(tzinfo=timezone.utc)
        return (timestamp - _EPOCH) // timedelta(microseconds=1) * 1_000
    if hasattr(timestamp, '__index__'):
        whole = int(timestamp)  # type: ignore[arg-type,call-overload]
        if abs(whole) < _SECONDS_END:
            return whole * 1_000_000_000
        return whole if whole >= _FIRST_NANOSECONDS else None
    seconds = float(timestamp)  # type: ignore[arg-type]
    whole = int(seconds)
    # Split first: the product would not fit into a double.
    return whole * 1_000_000_000 + round((seconds - whole) * 1_000_000_000)
