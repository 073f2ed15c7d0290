"""Sends a spool: in order, one request in flight, released once it has been answered."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ml_otel_bridge._internal.runs.counters import Counters
from ml_otel_bridge._internal.runs.frames import FrameKind
from ml_otel_bridge._internal.runs.limits import MAX_REQUEST_BYTES
from ml_otel_bridge._internal.runs.mapping import MappedSteps, StepMapper
from ml_otel_bridge._internal.runs.outcome import SENT, Outcome
from ml_otel_bridge._internal.runs.reading import Chunk, SpoolReader
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.requests_of import wrap
from ml_otel_bridge._internal.runs.spool import Position, SegmentSource
from ml_otel_bridge._internal.runs.transport import Transport
from ml_otel_bridge._internal.settings import Signal

_FIRST_RETRY = 0.25
_LAST_RETRY = 5.0
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


@dataclass
class _Held:
    """A chunk made ready: sent again as it is after a lost answer."""

    chunk: Chunk
    mapped: MappedSteps | None
    requests: list[tuple[Signal, bytes]] = field(default_factory=list[tuple[Signal, bytes]])


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
            signal, request = held.requests[0]
            outcome = SENT if signal in self._unsupported else self._clients[signal].send(request)
            self.counts.requests += 1
            if outcome.status == 'retry':
                self.failures += 1
                self.counts.resent_requests += 1
                self._tell_failure(outcome)
                if outcome.wait is not None:
                    self._not_before = time.monotonic() + outcome.wait
                return Progress('waiting', max(outcome.wait or 0.0, _retry_delay(self.failures)))
            if not self._settle(signal, request, outcome, held):
                return Progress('halted')
        self._release(held)
        return Progress('sent')

    def _prepare(self, chunk: Chunk) -> _Held:
        held = _Held(chunk, None)
        if chunk.steps:
            held.mapped = self._mapper.map(chunk.steps, self._counters, self._clock())
            held.requests.append(('metrics', wrap(self._resource, held.mapped.metrics)))
        for kind, signal in _SIGNALS.items():
            if kind in chunk.signals:
                held.requests.append((signal, b''.join(chunk.signals[kind])))
        return held

    def _settle(self, signal: Signal, request: bytes, outcome: Outcome, held: _Held) -> bool:
        """Takes a final answer; False where nothing more is to be sent."""
        if outcome.status == 'forbidden' or (outcome.status == 'unsupported' and signal == 'metrics'):
            self.halted = outcome.reason
            self._refusals.add(
                'the receiver takes nothing with this address and these headers; all is kept in the spool: '
                'check them, then run `ml-otel-py sync`',
                outcome.reason,
            )
            return False
        held.requests.pop(0)
        self.failures = 0
        if outcome.status == 'unsupported':
            self._unsupported.add(signal)
            self._refusals.add(
                f'the receiver takes no {signal}: they are not sent, metrics are', outcome.reason
            )
        elif outcome.status == 'too_large' and len(request) > _LEAST_REQUEST_BYTES:
            self._halve(signal, request, held)
        elif outcome.status != 'sent':
            steps = sum(block.count for block in held.chunk.steps) if signal == 'metrics' else 0
            self.counts.refused_steps += steps
            self._refusals.add(
                'the receiver refused telemetry for good and it was dropped: check its own log',
                f'{signal}, {steps} steps: {outcome.reason}',
                max(steps, 1),
            )
        elif outcome.rejected:
            self.counts.rejected_points += outcome.rejected
            self._refusals.add(
                'the receiver rejected a part of what it was sent',
                f'{signal}: {outcome.reason}',
                outcome.rejected,
            )
        return True

    def _halve(self, signal: Signal, request: bytes, held: _Held) -> None:
        """The receiver takes less than others do: what was too large is mapped again as two requests."""
        self._max_bytes = max(self._max_bytes // 2, _LEAST_REQUEST_BYTES)
        blocks = held.chunk.steps
        if signal != 'metrics' or len(blocks) < 2 or held.mapped is None:  # noqa: PLR2004 - two halves
            steps = sum(block.count for block in blocks) if signal == 'metrics' else 0
            self.counts.refused_steps += steps
            self._refusals.add(
                'a request was too large for the receiver and was dropped', f'{signal}, {len(request)} bytes'
            )
            return
        half = len(blocks) // 2
        now = self._clock()
        first = self._mapper.map(blocks[:half], self._counters, now)
        second = self._mapper.map(blocks[half:], first.counters, now)
        held.requests[:0] = [('metrics', wrap(self._resource, part.metrics)) for part in (first, second)]

    def _release(self, held: _Held) -> None:
        self._held = None
        if held.mapped is not None:
            self._counters = held.mapped.counters
            self.counts.points += held.mapped.points
            self.counts.steps += sum(block.count for block in held.chunk.steps)
            for reason, count in held.mapped.rejected.items():
                self._refusals.add(f'values that a sum or histogram cannot take ({reason})', '', count)
        self._source.acknowledge(held.chunk.end, dict(held.chunk.steps_by_segment), self._counters.state())
        self.released = held.chunk.end

    def _tell_failure(self, outcome: Outcome) -> None:
        self._refusals.add('the receiver did not take telemetry; it waits and is sent again', outcome.reason)


def _retry_delay(failures: int) -> float:
    """Doubling, with up to a quarter of jitter so that many senders do not come back at once."""
    delay = min(_FIRST_RETRY * 2 ** min(failures - 1, 10), _LAST_RETRY)
    return delay * (1 - random.random() / 4)  # noqa: S311 - not for secrets


class SendLoop:
    """A sender in a thread of its own; it comes every `interval` seconds, and sooner when asked to."""

    def __init__(self, sender: Sender, interval: float, refusals: Refusals) -> None:
        self._sender = sender
        self._interval = interval
        self._refusals = refusals
        self._wake = threading.Event()
        self._stopped = False
        self._hurried = False
        self._thread = threading.Thread(target=self._run, name='ml-otel-sender', daemon=True)

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def hurry(self) -> None:
        """Sends at once, and retries soon, until all has been sent once."""
        self._hurried = True
        self._wake.set()

    def stop(self) -> None:
        """No further request begins."""
        self._stopped = True
        self._wake.set()

    def _run(self) -> None:
        from opentelemetry.context import attach, set_value  # noqa: PLC0415

        # Our requests are not part of what is observed: instrumented HTTP libraries look for this key.
        attach(set_value('suppress_instrumentation', True))
        while not self._stopped:
            try:
                progress = self._sender.send_next()
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the thread
                self._refusals.add('a fault in sending', repr(error)[:200], level=logging.ERROR)
                progress = Progress('waiting', _LAST_RETRY)
            if progress.status == 'sent':
                continue
            self._hurried = self._hurried and progress.status == 'waiting'
            seconds = progress.seconds if progress.status == 'waiting' else self._interval
            self._wake.wait(min(seconds, _FIRST_RETRY) if self._hurried else seconds)
            self._wake.clear()
