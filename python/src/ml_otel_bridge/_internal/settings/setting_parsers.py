"""Readers of one value each: what an argument or a variable holds, typed, or a ValueError.

The text of the error says only what is accepted; who calls knows the name and the value.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import unquote, urlsplit

_LEVELS = {
    'NOTSET': logging.NOTSET,
    'DEBUG': logging.DEBUG,
    'INFO': logging.INFO,
    'WARN': logging.WARNING,
    'WARNING': logging.WARNING,
    'ERROR': logging.ERROR,
    'CRITICAL': logging.CRITICAL,
    'FATAL': logging.CRITICAL,
}
_HIGHEST_LEVEL = 100

AttributeValue = str | bool | int | float
Parse = Callable[[object], Any]

MAX_PAIRS = 128
MAX_TEXT = 4_096


def text(value: object) -> str:
    """A text of 1 to 4,096 characters, without control characters."""
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT or not value.isprintable():
        raise ValueError(f'a text of 1 to {MAX_TEXT} printable characters')
    return value.strip()


def token(value: object) -> str:
    """What an HTTP header can carry as a bearer token: printable ASCII without spaces."""
    accepted = f'1 to {MAX_TEXT} printable ASCII characters without spaces'
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT:
        raise ValueError(accepted)
    stripped = value.strip()
    if not stripped.isascii() or not stripped.isprintable() or ' ' in stripped:
        raise ValueError(accepted)
    return stripped


def switch(value: object) -> bool:
    """True or False, or the usual words for them."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else None
    if word in {'true', 'on', 'yes', '1'}:
        return True
    if word in {'false', 'off', 'no', '0'}:
        return False
    raise ValueError('true or false')


def number(lowest: float, highest: float) -> Parse:
    """A reader of a finite number within these bounds, both included."""

    def parse(value: object) -> float:
        try:
            read = None if isinstance(value, bool) else float(cast(Any, value))
        except (TypeError, ValueError):
            read = None
        if read is None or not lowest <= read <= highest:
            raise ValueError(f'a number from {lowest:g} to {highest:g}')
        return read

    return parse


def one_of(*words: str) -> Parse:
    """A reader of one of these words, in any case."""

    def parse(value: object) -> str:
        word = value.strip().lower() if isinstance(value, str) else None
        if word not in words:
            raise ValueError(' or '.join(words))
        return word

    return parse


def url(value: object) -> str:
    """`http(s)://host[:port][/path]`, or `host:port`, returned as `//host:port`; without a last slash."""
    accepted = 'host:port or http(s)://host:port'
    read = value.strip() if isinstance(value, str) else ''
    if not read or len(read) > MAX_TEXT or not read.isprintable() or ' ' in read:
        raise ValueError(accepted)
    whole = read if '://' in read else f'//{read}'
    try:
        parts = urlsplit(whole)
        good = (
            parts.scheme in {'', 'http', 'https'}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        good = False
    if not good:
        raise ValueError(accepted)
    return whole.rstrip('/')


def log_level(value: object) -> int:
    """A level of `logging`: its name, in any case, or its number."""
    if isinstance(value, str):
        word = value.strip().upper()
        level = int(word) if word.isdecimal() else _LEVELS.get(word)
    else:
        level = None if isinstance(value, bool) else value
    if not isinstance(level, int) or not 0 <= level <= _HIGHEST_LEVEL:
        raise ValueError('debug, info, warning, error, critical or a number from 0 to 100')
    return level


def pairs(value: object) -> dict[str, str]:
    """Texts by name: a mapping, or `key1=value1,key2=value2`, percent-encoded (W3C Baggage, as OTel says)."""
    accepted = f'a mapping of texts or key=value,key=value; at most {MAX_PAIRS}'
    read = _split(value, accepted) if isinstance(value, str) else value
    if not isinstance(read, Mapping):
        raise ValueError(accepted)  # noqa: TRY004
    found = cast(Mapping[object, object], read)
    good = len(found) <= MAX_PAIRS and all(
        isinstance(key, str) and key.strip() and isinstance(held, str) for key, held in found.items()
    )
    if not good:
        raise ValueError(accepted)
    return {cast(str, key).strip(): cast(str, held) for key, held in found.items()}


def headers(value: object) -> dict[str, str]:
    """The same, of what HTTP headers may hold; names in lower case, so that one name is one header."""
    read = pairs(value)
    names = all(key.isascii() and key.isprintable() and not set(' :,;') & set(key) for key in read)
    values = all(held.isascii() and (not held or held.isprintable()) for held in read.values())
    if not names or not values:
        raise ValueError('names and values that HTTP headers may hold: printable ASCII')
    return {key.lower(): held for key, held in read.items()}


def attributes(value: object) -> dict[str, AttributeValue]:
    """Resource attributes: as `pairs`, but a mapping may hold numbers and switches too."""
    if isinstance(value, str):
        return dict(pairs(value))
    accepted = f'a mapping of texts, numbers and switches by name; at most {MAX_PAIRS}'
    if not isinstance(value, Mapping):
        raise ValueError(accepted)  # noqa: TRY004
    found = cast(Mapping[object, object], value)
    kinds = (str, bool, int, float)
    if len(found) > MAX_PAIRS or not all(
        isinstance(key, str) and key.strip() and isinstance(held, kinds) for key, held in found.items()
    ):
        raise ValueError(accepted)
    return {cast(str, key): cast(AttributeValue, held) for key, held in found.items()}


def _split(line: str, accepted: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in line.split(','))):
        key, equals, held = part.partition('=')
        if not equals:
            raise ValueError(accepted)
        found[unquote(key.strip())] = unquote(held.strip())
    return found
