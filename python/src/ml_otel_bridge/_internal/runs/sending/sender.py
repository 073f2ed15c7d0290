"""Sends a spool: in order, one request in flight, released once it has been answered."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ml_otel_bridge._internal.runs.limits import MAX_REQUEST_BYTES
from ml_otel_bridge._internal.runs.otlp.counters import Counters
from ml_otel_bridge._internal.runs.otlp.mapping import MappedSteps, StepBlock, StepMapper
from ml_otel_bridge._internal.runs.otlp.requests_of import wrap
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.sending.outcome import SENT, Outcome
from ml_otel_bridge._internal.runs.sending.transport import Transport
from ml_otel_bridge._internal.runs.spool.frames import FrameKind
from ml_otel_bridge._internal.runs.spool.reading import Chunk, SpoolReader
from ml_otel_bridge._internal.runs.spool.spool import Position, SegmentSource
from ml_otel_bridge._internal.settings.settings import Signal

FIRST_RETRY = 0.25
LAST_RETRY = 5.0
_LEAST_REQUEST_BYTES = 16 * 1024
_SIGNALS: dict[FrameKind, Signal] = {
    FrameKind.METRICS: 'metrics',
    FrameKind.LOGS: 'logs',
    FrameKind.TRACES: 'traces',
}


@dataclass(frozen=True)
class Progress:
    """How a call of `send_next` went: `idle` where nothing waits; after `waiting`, `seconds` should pass."""

    status: Literal['idle', 'sent', 'waiting', 'halted']
    seconds: float = 0.0


@dataclass(frozen=True)
class _Request:
    """One request, and the steps in it with the counters before them."""

    signal: Signal
    body: bytes
    blocks: tuple[StepBlock, ...] = ()
    points: int = 0
    before: Counters | None = None

    @property
    def steps(self) -> int:
        return sum(block.count for block in self.blocks)


@dataclass
class _Held:
    """A chunk made ready: sent again as it is after a lost answer."""

    chunk: Chunk
    counters: Counters
    """As they are once it has arrived."""
    requests: list[_Request] = field(default_factory=list[_Request])


@dataclass
class SendCounts:
    """What was sent so far."""

    steps: int = 0
    points: int = 0
    requests: int = 0
    refused_steps: int = 0
    """Lost for good: the receiver refused them."""
    rejected_points: int = 0
    """Points of partial successes that the receiver did not take."""
    resent_requests: int = 0

    @property
    def answered(self) -> int:
        """Requests that need not be sent again."""
        return self.requests - self.resent_requests


class Sender:
    """For one thread at a time.

    An identical request may arrive twice (after a lost answer); it merges in the store.
    """

    def __init__(  # noqa: PLR0917 - the parts of it
        self,
        source: SegmentSource,
        reader: SpoolReader,
        mapper: StepMapper,
        resource: bytes,
        clients: Mapping[Signal, Transport],
        counters: Counters,
        refusals: Refusals,
        clock: Callable[[], int],
    ) -> None:
        self.counts = SendCounts()
        self.halted: str | None = None
        """Why nothing more is sent by this process; what waits stays."""
        self.failures = 0
        """Requests in a row that were not taken."""
        self.in_flight = False
        """Whether an answer is waited for."""
        self.released: Position = reader.position
        """All before it is done: it has arrived, or was refused for good."""
        self._source = source
        self._reader = reader
        self._mapper = mapper
        self._resource = resource
        self._clients = clients
        self._counters = counters
        self._refusals = refusals
        self._clock = clock
        self._max_bytes = MAX_REQUEST_BYTES
        self._held: _Held | None = None
        self._not_before = 0.0
        self._unsupported: set[Signal] = set()

    def send_next(self) -> Progress:
        """Sends the next chunk, or again the one that did not get through."""
        if self.halted:
            return Progress('halted')
        early = self._not_before - time.monotonic()
        if early > 0:
            return Progress('waiting', early)
        held = self._held
        if held is None:
            chunk = self._reader.next(self._max_bytes)
            if chunk is None:
                self.released = self._reader.position
                return Progress('idle')
            held = self._held = self._prepare(chunk)
        while held.requests:
            request = held.requests[0]
            signal = request.signal
            self.in_flight = True
            outcome = SENT if signal in self._unsupported else self._clients[signal].send(request.body)
            self.in_flight = False
            self.counts.requests += 1
            if outcome.status == 'retry':
                self.failures += 1
                self.counts.resent_requests += 1
                self._tell_failure(outcome)
                if outcome.wait is not None:
                    self._not_before = time.monotonic() + outcome.wait
                return Progress('waiting', max(outcome.wait or 0.0, _retry_delay(self.failures)))
            if not self._settle(request, outcome, held):
                return Progress('halted')
        self._release(held)
        return Progress('sent')

    def _prepare(self, chunk: Chunk) -> _Held:
        held = _Held(chunk, self._counters)
        if chunk.steps:
            request, mapped = self._request_of(tuple(chunk.steps), self._counters)
            held.counters = mapped.counters
            held.requests.append(request)
            for reason, count in mapped.rejected.items():
                self._refusals.add(f'values that a sum or histogram cannot take ({reason})', '', count)
        for kind, signal in _SIGNALS.items():
            if kind in chunk.signals:
                held.requests.append(_Request(signal, b''.join(chunk.signals[kind])))
        return held

    def _request_of(self, blocks: tuple[StepBlock, ...], before: Counters) -> tuple[_Request, MappedSteps]:
        mapped = self._mapper.map(blocks, before, self._clock())
        return _Request(
            'metrics', wrap(self._resource, mapped.metrics), blocks, mapped.points, before
        ), mapped

    def _settle(self, request: _Request, outcome: Outcome, held: _Held) -> bool:
        """Takes a final answer; False where nothing more is to be sent."""
        signal, status = request.signal, outcome.status
        if status == 'forbidden' or (status == 'unsupported' and signal == 'metrics'):
            self.halted = outcome.reason
            self._refusals.add(
                'the receiver takes nothing with this address and these headers; all is kept in the spool: '
                'check them, then run `ml-otel-py sync`',
                outcome.reason,
            )
            return False
        held.requests.pop(0)
        self.failures = 0
        if status == 'sent':
            self.counts.steps += request.steps
            self.counts.points += request.points
            if outcome.rejected:
                self.counts.rejected_points += outcome.rejected
                cause = 'the receiver rejected a part of what it was sent'
                self._refusals.add(cause, f'{signal}: {outcome.reason}', outcome.rejected)
        elif status == 'unsupported':
            self._unsupported.add(signal)
            self._refusals.add(
                f'the receiver takes no {signal}: they are not sent, metrics are', outcome.reason
            )
        elif status == 'too_large' and request.steps > 1:
            held.requests[:0] = self._halves(request)
        else:
            self.counts.refused_steps += request.steps
            self._refusals.add(
                'the receiver refused telemetry for good and it was dropped: check its own log',
                f'{signal}, {request.steps} steps: {outcome.reason}',
                max(request.steps, 1),
            )
        return True

    def _halves(self, request: _Request) -> list[_Request]:
        """The receiver takes less than others do: what was too large is mapped again, as two requests."""
        self._max_bytes = max(self._max_bytes // 2, _LEAST_REQUEST_BYTES)
        first, second = halve(request.blocks)
        before, mapped = self._request_of(first, request.before or Counters())
        after, _ = self._request_of(second, mapped.counters)
        return [before, after]

    def _release(self, held: _Held) -> None:
        self._held = None
        self._counters = held.counters
        self._source.acknowledge(held.chunk.end, dict(held.chunk.steps_by_segment), self._counters.state())
        self.released = held.chunk.end

    def _tell_failure(self, outcome: Outcome) -> None:
        self._refusals.add('the receiver did not take telemetry; it waits and is sent again', outcome.reason)


def halve(blocks: tuple[StepBlock, ...]) -> tuple[tuple[StepBlock, ...], tuple[StepBlock, ...]]:
    """Two parts, in order, neither empty. There is more than one step in all."""
    middle = len(blocks) // 2
    if middle > 0:
        return blocks[:middle], blocks[middle:]
    [block] = blocks
    at = block.count // 2 * block.layout.stride
    return (StepBlock(block.layout, block.packed[:at]),), (StepBlock(block.layout, block.packed[at:]),)


def _retry_delay(failures: int) -> float:
    """Doubling, with up to a quarter of jitter so that many senders do not come back at once."""
    delay = min(FIRST_RETRY * 2 ** min(failures - 1, 10), LAST_RETRY)
    return delay * (1 - random.random() / 4)  # noqa: S311 - not for secrets
