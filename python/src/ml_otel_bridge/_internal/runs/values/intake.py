"""Takes steps in, in the writer's thread: checked, told from those before, and packed."""

import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from ml_otel_bridge._internal.runs.otlp.layout import EPOCH_KEY, STEP_KEY, Layout, choose_keys
from ml_otel_bridge._internal.runs.otlp.mapping import StepBlock
from ml_otel_bridge._internal.runs.values.flatten import (
    NO_STRING,
    Refuse,
    flatten,
    freeze,
    key_name,
    number_of,
)
from ml_otel_bridge._internal.runs.values.tensors import Pending
from ml_otel_bridge._internal.runs.values.timestamps import to_nanoseconds

LoggedStep = tuple[int, dict[str, Any], Any, Any, Any]
"""Time of the call (nanoseconds), the metrics, step, epoch, and the timestamp that was given or None."""

_FUTURE = 60_000_000_000
_REMEMBERED = 1_000
_LAYOUTS = 1_000
_STEP = object()
_EPOCH = object()
_MARKS: dict[object, str] = {_STEP: STEP_KEY, _EPOCH: EPOCH_KEY}
_BLOCK_BYTES = 16 * 1024
"""Small enough that the request of one block stays far below its limit."""


class Intake:
    """Packs steps into blocks, in order. Not thread-safe.

    Each call of `log` has a time of its own: where the clock does not rise, it is made to by a microsecond.
    A step that was given a time and came before with it, and with the same content, is a duplicate.
    """

    def __init__(self, refuse: Refuse, clock: Callable[[], int]) -> None:
        self._refuse = refuse
        self._clock = clock
        self._layouts: dict[tuple[object, ...], Layout] = {}
        self._numbers = 0
        self._last_time = 0
        self._seen: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._last: dict[int, tuple[Layout, bytes]] = {}

    def pack(self, steps: Iterable[LoggedStep]) -> list[StepBlock]:
        """The steps as blocks; a new block begins where the keys change."""
        blocks: list[StepBlock] = []
        layout: Layout | None = None
        packed: list[bytes] = []
        size = 0
        for step in steps:
            try:
                taken = self._take(step)
            except Exception as error:  # noqa: BLE001 - a step that nobody thought of must not cost the others
                self._refuse('a step could not be taken', repr(error)[:200])
                continue
            if taken is None:
                continue
            now_layout, data = taken
            if now_layout is not layout or size >= _BLOCK_BYTES:
                if layout is not None:
                    blocks.append(StepBlock(layout, b''.join(packed)))
                layout, packed, size = now_layout, [], 0
            packed.append(data)
            size += now_layout.stride
        if layout is not None:
            blocks.append(StepBlock(layout, b''.join(packed)))
        for block in blocks:
            self._last[block.layout.number] = (block.layout, block.packed[-block.layout.stride :])
        return blocks

    def latest(self) -> dict[str, float]:
        """The last value of each metric, by the key it was logged with."""
        values: dict[str, float] = {}
        times: dict[str, int] = {}
        for layout, packed in list(self._last.values()):
            time, *numbers = struct.unpack(f'<q{len(layout.keys)}d', packed)
            for key, number in zip(layout.keys, numbers, strict=True):
                if time >= times.get(key, 0):
                    values[key], times[key] = number, time
        return values

    def _take(self, logged: LoggedStep) -> tuple[Layout, bytes] | None:
        time, data, step, epoch, timestamp = logged
        if timestamp is None:
            if time <= self._last_time:
                time = self._last_time + 1_000
            self._last_time = time
        else:
            time = self._settle(timestamp, time)
        try:
            names, values = tuple(data), [*data.values()]
            if step is not None:
                names, values = (*names, _STEP), [*values, step]
            if epoch is not None:
                names, values = (*names, _EPOCH), [*values, epoch]
            layout = self._layouts.get(names) or self._new_layout(names)
            if layout.selected is not None:
                values = [values[index] for index in layout.selected]
            packed = layout.pack(time, *values)
        except Exception:  # noqa: BLE001 - whatever a foreign value raises; each is then looked at by itself
            taken = self._take_one_by_one(time, data, step, epoch)
            if taken is None:
                return None
            layout, packed = taken
        if not layout.keys or (timestamp is not None and self._is_duplicate(layout, packed)):
            return None
        return layout, packed

    def _settle(self, timestamp: object, time: int) -> int:
        found = to_nanoseconds(timestamp, self._refuse)
        if found is None:
            return time
        if found > self._clock() + _FUTURE:
            # One point far in the future would keep its Prometheus series from taking any other until then.
            self._refuse(
                'a time that lies in the future was replaced by the time of the call', repr(timestamp)[:80]
            )
            return time
        return found

    def _new_layout(self, names: tuple[object, ...]) -> Layout:
        """Names are the data's keys and the marks of step and epoch; these win over keys of their meaning."""
        marks = [index for index, name in enumerate(names) if name in _MARKS]
        taken = {_MARKS[names[index]] for index in marks}
        spelled = [_MARKS[name] if name in _MARKS else key_name(name) for name in names]
        # Step and epoch are chosen first, so that nothing else takes their names.
        order = marks + [i for i, name in enumerate(names) if name not in _MARKS and spelled[i] not in taken]
        readable: list[tuple[int, str]] = []
        for index in order:
            key = spelled[index]
            if key is None:
                self._refuse(NO_STRING, type(names[index]).__name__)
            else:
                readable.append((index, key))
        chosen = sorted(readable[i][0] for i in choose_keys([key for _, key in readable], self._refuse))
        if len(self._layouts) >= _LAYOUTS:
            # Who has that many never repeats them.
            self._layouts.clear()
            self._last.clear()
        self._numbers += 1
        keys = [spelled[index] or '' for index in chosen]
        layout = Layout(self._numbers, keys, None if len(chosen) == len(names) else chosen)
        self._layouts[names] = layout
        return layout

    def _take_one_by_one(
        self, time: int, data: dict[str, Any], step: object, epoch: object
    ) -> tuple[Layout, bytes] | None:
        kept: dict[str, float] = {}
        for key, value in flatten(data, self._refuse).items():
            number = self._number(value, key)
            if number is not None:
                kept[key] = number
        names: tuple[object, ...] = tuple(kept)
        values = [*kept.values()]
        for mark, name, value in ((_STEP, 'step', step), (_EPOCH, 'epoch', epoch)):
            number = self._number(value, name)
            if number is not None:
                names, values = (*names, mark), [*values, number]
        if not names:
            return None
        layout = self._layouts.get(names) or self._new_layout(names)
        if layout.selected is not None:
            values = [values[index] for index in layout.selected]
        return layout, layout.pack(time, *values)

    def _number(self, value: object, name: str) -> float | None:
        if value is None:
            return None
        taken = value if isinstance(value, Pending) else freeze(value, name, self._refuse)
        if taken is None:
            return None
        try:
            return number_of(taken)
        except Exception as error:  # noqa: BLE001 - whatever a foreign object raises
            self._refuse('a value that is no number was refused', f'{name}: {str(error)[:120]}')
            return None

    def _is_duplicate(self, layout: Layout, packed: bytes) -> bool:
        content = (packed[:8], *sorted(zip(layout.keys, struct.iter_unpack('8s', packed[8:]), strict=True)))
        if content in self._seen:
            return True
        self._seen[content] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return False
