"""Scalars out of TensorBoard's events, with the message classes of the installed `tensorboard`."""

import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from google.protobuf.message import DecodeError

from ml_otel_bridge._internal.importers.numbers import to_time
from ml_otel_bridge._internal.importers.row import Row
from ml_otel_bridge._internal.importers.skipped import Skipped

# It has no types.
_Event: Any = import_module('tensorboard.compat.proto.event_pb2').Event
_DATA_CLASS_SCALAR: int = import_module('tensorboard.compat.proto.summary_pb2').DATA_CLASS_SCALAR
_make_ndarray: Any = import_module('tensorboard.util.tensor_util').make_ndarray

_SCALARS = 'scalars'


class EventScalars:
    """Reads the events of one run, in their order: what a tag is, only its first value says."""

    def __init__(self, skipped: Skipped) -> None:
        self._skipped = skipped
        self._plugins: dict[str, str] = {}

    def rows(self, record: bytes) -> Iterator[Row]:
        """The scalars of one record. What is no scalar, or no event, is counted."""
        try:
            event = _Event.FromString(record)
        except DecodeError:
            self._skipped.add('records that are no event')
            return
        if not event.HasField('summary'):
            return
        time = to_time(event.wall_time)
        if time is None or event.step < 0:
            self._skipped.add('events without a time or with a negative step')
            return
        values: dict[str, float] = {}
        for value in event.summary.value:
            number = self._scalar(value)
            if number is not None:
                values[value.tag] = number
        if values:
            yield Row(values, time, int(event.step))

    def _scalar(self, value: Any) -> float | None:
        plugin = self._plugin(value)
        kind = value.WhichOneof('value')
        if kind == 'simple_value' and plugin in ('', _SCALARS):
            return float(value.simple_value)
        if kind == 'tensor' and plugin == _SCALARS:
            return self._tensor(value.tensor)
        self._skipped.add(f'values that are no scalars ({(plugin or kind or "empty")[:40]})')
        return None

    def _plugin(self, value: Any) -> str:
        if value.HasField('metadata') and value.metadata.plugin_data.plugin_name:
            data_class = value.metadata.data_class
            scalar = data_class == _DATA_CLASS_SCALAR
            self._plugins.setdefault(
                value.tag, _SCALARS if scalar else value.metadata.plugin_data.plugin_name
            )
        return self._plugins.get(value.tag, '')

    def _tensor(self, tensor: Any) -> float | None:
        if math.prod(dimension.size for dimension in tensor.tensor_shape.dim) != 1:
            self._skipped.add('scalars that are no single number')
            return None
        try:
            return float(_make_ndarray(tensor).item())
        except (TypeError, ValueError):
            self._skipped.add('scalars that are no single number')
            return None


def event_time(record: bytes) -> int | None:
    """When an event was, nanoseconds since 1970; None for what is none."""
    try:
        return to_time(_Event.FromString(record).wall_time)
    except DecodeError:
        return None
