"""Configurations as plain JSON."""

import argparse
import dataclasses
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, cast

from ml_otel_bridge._internal.runs.limits import MAX_CONFIG_DEPTH, MAX_CONFIG_TEXT, MAX_CONFIG_VALUES

Json = None | bool | int | float | str | list['Json'] | dict[str, 'Json']


def to_mapping(config: object) -> Mapping[Any, Any]:
    """A configuration as a mapping: a mapping as it is, a dataclass or an `argparse.Namespace` by its fields.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(config, Mapping):
        return cast('Mapping[Any, Any]', config)
    if dataclasses.is_dataclass(config) and not isinstance(config, type):
        return {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    if isinstance(config, argparse.Namespace):
        return vars(config)
    raise TypeError(f'config: expected a mapping, a dataclass or a Namespace, got {type(config).__name__}')


class PlainCopy:
    """Copies values as JSON, within limits.

    What JSON cannot hold becomes its text; too much becomes `...`.
    """

    def __init__(self) -> None:
        self._left = MAX_CONFIG_VALUES

    def copy(self, value: object, depth: int = 0) -> Json:
        """Never raises."""
        self._left -= 1
        if self._left < 0 or depth > MAX_CONFIG_DEPTH:
            return '...'
        if value is None or isinstance(value, bool):
            return value
        try:
            return self._copy_value(value, depth)
        except Exception as error:  # noqa: BLE001 - whatever a foreign object raises
            return f'<{type(value).__name__}: {type(error).__name__}>'

    def _copy_value(self, value: object, depth: int) -> Json:  # noqa: PLR0911 - one for each kind
        if isinstance(value, str):
            return str.__str__(value)[:MAX_CONFIG_TEXT]
        if isinstance(value, int | float):
            return int(value) if isinstance(value, int) else float(value)
        if isinstance(value, Mapping):
            return self._copy_mapping(cast('Mapping[object, object]', value), depth)
        if isinstance(value, list | tuple | set | frozenset):
            return self._copy_items(cast('list[object]', value), depth)
        if isinstance(value, PurePath):
            return str(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._copy_mapping(to_mapping(value), depth)
        if getattr(value, 'size', None) == 1 and hasattr(value, 'item'):
            return self.copy(cast('Any', value).item(), depth + 1)
        return str(value)[:MAX_CONFIG_TEXT]

    def _copy_mapping(self, mapping: Mapping[object, object], depth: int) -> Json:
        copied: dict[str, Json] = {}
        for key, item in mapping.items():
            if self._left <= 0:
                copied['...'] = '...'
                break
            copied[str(key)[:MAX_CONFIG_TEXT]] = self.copy(item, depth + 1)
        return copied

    def _copy_items(self, items: 'list[object]', depth: int) -> Json:
        copied: list[Json] = []
        for item in items:
            if self._left <= 0:
                copied.append('...')
                break
            copied.append(self.copy(item, depth + 1))
        return copied
