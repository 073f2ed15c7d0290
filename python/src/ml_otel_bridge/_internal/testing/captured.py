"""What was captured, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CapturedSpan:
    """A span that has ended. Ids are lower-case hex; times are nanoseconds since 1970.

    `kind` is `internal`, `server`, `client`, `producer` or `consumer`; `status` is `unset`, `ok` or `error`.
    `events` are names and attributes; an exception is an event named `exception`.
    """

    name: str
    attributes: Mapping[str, Any]
    trace_id: str
    span_id: str
    parent_id: str
    kind: str
    status: str
    start: int
    end: int
    service: str
    events: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True)
class CapturedLog:
    """A log record, or an event (`event_name` is not empty). `body` is as it was logged."""

    body: Any
    severity: str
    attributes: Mapping[str, Any]
    event_name: str
    trace_id: str
    span_id: str
    time: int
    service: str


@dataclass(frozen=True)
class CapturedMetric:
    """The last value of an instrument for these attributes.

    `kind` is `gauge`, `sum`, `histogram` or `exponential_histogram`. Of a histogram `value` is the sum;
    `count` says of how many. Otherwise `count` is 1.
    """

    name: str
    kind: str
    unit: str
    attributes: Mapping[str, Any]
    value: float
    count: int
    time: int
    service: str


@dataclass(frozen=True)
class CapturedPoint:
    """A point of a training curve.

    `metric` is without `ml.training.`; `step` and `epoch` are None where it has none.
    """

    metric: str
    value: float
    step: float | None
    epoch: float | None
    time: int
    rank: int | None = None


@dataclass
class CapturedRun:
    """A training run. `status` is `running`, `finished` or `failed`; `config` is what was said last.

    `points` are in the order of their times; `system` are the readings of the machine.
    """

    id: str
    project: str = ''
    model: str = ''
    dataset: str = ''
    status: str = 'running'
    labels: dict[str, str] = field(default_factory=dict[str, str])
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    points: list[CapturedPoint] = field(default_factory=list[CapturedPoint])
    system: list[CapturedMetric] = field(default_factory=list[CapturedMetric])

    def values(self, metric: str) -> list[float]:
        """The values of one metric, in the order of their times."""
        return [point.value for point in self.points if point.metric == metric]
