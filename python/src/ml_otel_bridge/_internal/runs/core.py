"""What a run does beside its steps: its events, its configuration, and its end."""

import logging
import threading
import time as clock
import traceback as tracebacks
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from ml_otel_bridge._internal.runs.config import RunConfig
from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.otlp import events
from ml_otel_bridge._internal.runs.pipeline import Pipeline
from ml_otel_bridge._internal.runs.process_hooks import ProcessHooks
from ml_otel_bridge._internal.runs.spans import RunSpans
from ml_otel_bridge._internal.runs.spool.frames import FrameKind
from ml_otel_bridge._internal.runs.summary import RunSummary
from ml_otel_bridge._internal.runs.values.step_door import StepDoor

Status = Literal['finished', 'failed']

FINISH_SECONDS = 10.0
FINISH_PATIENCE = 2.0
"""Seconds without any answer after which the end of a run waits no longer: what is left lies in the spool."""
SIGNAL_SECONDS = 2.5
_COMPANION_SECONDS = 0.5
"""For all of them together: with the patience, a process ends within 3 s."""

_logger = logging.getLogger('ml_otel_bridge.runs')


class Companion(Protocol):
    """Something that goes along with a run."""

    def stop(self, timeout: float) -> None:
        """Ends it, within `timeout` seconds."""
        ...


class RunCore:
    """The parts of a run. Without a pipeline it is disabled: everything can be called and nothing happens."""

    def __init__(
        self,
        identity: RunIdentity,
        pipeline: Pipeline | None,
        resource: Mapping[str, Any],
        encoder: events.EventEncoder,
    ) -> None:
        self.identity = identity
        self.pipeline = pipeline
        self.door = StepDoor(pipeline)
        self.config = RunConfig()
        self.summary = RunSummary(self._latest)
        self.spans = RunSpans(resource, identity, self.send)
        self.ended: Status | None = None
        self.drained = False
        self.url: str | None = None
        self._encoder = encoder
        self._companions: list[Companion] = []
        self._hooks = ProcessHooks(self, SIGNAL_SECONDS)
        self._heartbeat: float | None = None
        self._next_heartbeat = 0.0
        self._environment: threading.Thread | None = None
        self._hold_config_until = 0.0

    def begin(self, labels: Mapping[str, Any], heartbeat: float | None) -> None:
        """Says that the run has begun, and begins to send."""
        if self.pipeline is None:
            return
        self._heartbeat = heartbeat
        self._next_heartbeat = clock.monotonic() + (heartbeat or 0)
        self.emit(events.STARTED, labels, time=self.identity.start)
        self._hooks.install()
        self.pipeline.start()

    def describe(self, describe: Callable[[], Mapping[str, Any]], seconds: float) -> None:
        """Adds to the configuration what takes a while to find out.

        Until then, for `seconds` at most, none is sent.
        """

        def add() -> None:
            try:
                self.config.update(describe())
            finally:
                self._hold_config_until = 0.0

        self._hold_config_until = clock.monotonic() + seconds
        self._environment = threading.Thread(target=add, name='ml-otel-environment', daemon=True)
        self._environment.start()

    def accompany(self, companion: Companion) -> None:
        """Ends `companion` when the run ends."""
        self._companions.append(companion)

    def emit(
        self,
        name: str,
        attributes: Mapping[str, Any],
        *,
        body: object = None,
        level: str = 'info',
        time: int | None = None,
    ) -> None:
        """Sends an event; `time` is nanoseconds since 1970, by default now."""
        now = clock.time_ns()
        at = now if time is None else time
        self.send(
            FrameKind.LOGS, lambda: self._encoder.encode(name, at, now, attributes, body=body, level=level)
        )

    def send(self, kind: FrameKind, encode: Callable[[], bytes]) -> None:
        """Sends signals beside the steps; the writer's thread encodes them."""
        if self.pipeline is not None and self.door.room:
            self.pipeline.writer.signals.append((kind, encode))

    def every_turn(self) -> None:
        """Called by the writer's thread."""
        now = clock.monotonic()
        if now >= self._hold_config_until:
            self._send_config()
        if self._heartbeat is not None and now >= self._next_heartbeat and self.ended is None:
            self._next_heartbeat = now + self._heartbeat
            self.emit(events.HEARTBEAT, {'ml.run.heartbeat.interval': self._heartbeat})

    def flush(self, seconds: float) -> bool:
        """See `Run.flush`."""
        if self.pipeline is None or self.ended is not None:
            return self.pipeline is None or self.drained
        self._send_config()
        return self.pipeline.flush(seconds, patience=seconds)

    def finish(self, status: Status, seconds: float = FINISH_SECONDS) -> bool:
        """See `Run.finish`."""
        if self.ended is not None:
            return self.drained
        self.ended = 'failed' if status == 'failed' else 'finished'
        pipeline = self.pipeline
        if pipeline is None:
            self.drained = True
            return True
        self._hooks.remove()
        self._end_companions()
        if self.summary.own:
            self.config['summary'] = self.summary.own
        self._send_config()
        level = 'error' if self.ended == 'failed' else 'info'
        self.emit(events.FINISHED, {'ml.run.status': self.ended}, level=level)
        self.spans.shutdown()
        self.door.shut('the run has ended: what is logged later is dropped')
        self.drained = pipeline.close(seconds, FINISH_PATIENCE)
        if not self.drained:
            self._say_what_is_left(pipeline)
        return self.drained

    def _end_companions(self) -> None:
        until = clock.monotonic() + _COMPANION_SECONDS
        for companion in self._companions:
            companion.stop(max(until - clock.monotonic(), 0.0))
        if self._environment is not None:
            self._environment.join(max(until - clock.monotonic(), 0.0))

    def record_exception(self, error: BaseException) -> None:
        """Sends an exception as OpenTelemetry has it: an event with its type, message and stack trace."""
        attributes = {
            'exception.type': f'{type(error).__module__}.{type(error).__qualname__}'.removeprefix(
                'builtins.'
            ),
            'exception.message': str(error)[: 16 * 1_024],
            'exception.stacktrace': ''.join(tracebacks.format_exception(error))[-64 * 1_024 :],
        }
        self.emit(events.EXCEPTION, attributes, level='error')

    def _send_config(self) -> None:
        changed = self.config.take_change()
        if changed:
            self.emit(events.CONFIG, {}, body=changed)

    def _latest(self) -> Mapping[str, float]:
        if self.pipeline is None:
            return {}
        if self.ended is None:
            self.pipeline.writer.write_now(_COMPANION_SECONDS)
        return self.pipeline.intake.latest()

    def _say_what_is_left(self, pipeline: Pipeline) -> None:
        run, steps = self.identity.job_id, pipeline.spool.unsent
        if pipeline.spool.only_in_memory:
            _logger.error('%s: %d steps could neither be sent nor written and are lost', run, steps)
        elif pipeline.folder is not None:
            _logger.warning(
                '%s: %d steps were not sent: they lie in %s, for the next start or `ml-otel-py sync`',
                run,
                steps,
                pipeline.folder,
            )

    # What ends the process; see `process_hooks.py`.

    def end_with_process(self) -> None:
        """The interpreter exits: a run that was not finished has ended well."""
        self.finish('finished')

    def end_with_exception(self, error: BaseException) -> None:
        """An exception ends the program."""
        self.record_exception(error)
        self.finish('failed')

    def end_with_signal(self) -> None:
        """SIGTERM came."""
        self.finish('failed', FINISH_PATIENCE)

    def become_child(self) -> None:
        """This process is a fork of the run's: it has none of its threads, and must send nothing twice."""
        self.door.shut(
            "this process is a fork of the run's: what is logged here is dropped; call init_run in it"
        )
        self.ended = self.ended or 'finished'
        self.config.after_fork()
        if self.pipeline is not None:
            self.pipeline.become_child()
