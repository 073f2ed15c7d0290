"""What a reader of the machine found: one value of one metric, not yet tied to a run or a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Instrument = Literal['gauge', 'updowncounter', 'counter']


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, named by OpenTelemetry's semantic conventions for `system.*`, `process.*` and `hw.*` metrics.

    `unit` is UCUM. `instrument` is the convention's: a `gauge` is a ratio or a measured quantity, an
    `updowncounter` an amount that adds up over devices, a `counter` a total that only grows (since the
    machine's start).
    """

    name: str
    value: float
    unit: str
    instrument: Instrument = 'gauge'
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


class Reader(Protocol):
    """Reads one part of the machine. `read` may raise: whoever calls it goes on without."""

    def read(self) -> Sequence[Reading]: ...
