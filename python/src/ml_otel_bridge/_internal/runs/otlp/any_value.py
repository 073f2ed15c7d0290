"""Values of Python as OTLP's `AnyValue`."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

_INT64 = 2**63


def to_any_value(value: object) -> AnyValue:  # noqa: PLR0911 - one for each kind
    """JSON as an `AnyValue`: null is empty, a whole number beyond 64 bits a double, all else its text."""
    if value is None:
        return AnyValue()
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        if -_INT64 <= value < _INT64:
            return AnyValue(int_value=value)
        return AnyValue(double_value=_as_double(value))
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, Mapping):
        pairs = cast('Mapping[str, Any]', value)
        return AnyValue(kvlist_value=KeyValueList(values=key_values(pairs)))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        items = cast('Sequence[Any]', value)
        return AnyValue(array_value=ArrayValue(values=[to_any_value(item) for item in items]))
    return AnyValue(string_value=clean_text(str(value)))


def key_values(attributes: Mapping[str, Any]) -> list[KeyValue]:
    """Attributes."""
    return [
        KeyValue(key=clean_text(str(key)), value=to_any_value(value)) for key, value in attributes.items()
    ]


def clean_text(text: str) -> str:
    """Text that UTF-8 can hold: halves of surrogate pairs are replaced."""
    return text.encode('utf-8', 'replace').decode('utf-8')


def _as_double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
