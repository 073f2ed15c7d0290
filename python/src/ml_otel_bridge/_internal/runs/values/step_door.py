"""Where steps come in: the part of `log` that runs on the training thread."""

from collections import deque
from collections.abc import Mapping
from time import sleep
from typing import Any, cast

from ml_otel_bridge._internal.runs.limits import BUSY_STEPS, MAX_BUFFERED_STEPS
from ml_otel_bridge._internal.runs.pipeline import Pipeline
from ml_otel_bridge._internal.runs.values.flatten import flatten, freeze, plain_numbers
from ml_otel_bridge._internal.runs.values.intake import LoggedStep

_TURN_SECONDS = 0.0005


class StepDoor:
    """The buffer between `log` and the writer's thread. Appending to a deque needs no lock."""

    __slots__ = ('_pipeline', '_why_shut', 'append', 'dropped', 'plain', 'room', 'steps')

    def __init__(self, pipeline: Pipeline | None) -> None:
        self._pipeline = pipeline
        self._why_shut = ''
        self.steps: deque[LoggedStep] = pipeline.writer.steps if pipeline else deque()
        self.append = self.steps.append
        self.room = MAX_BUFFERED_STEPS if pipeline else 0
        """Steps that may wait; 0 where none is taken any more."""
        self.plain = plain_numbers()
        """Types of values that need only be copied."""
        self.dropped = 0

    def take(self, time: int, data: object, step: object, epoch: object, timestamp: object) -> None:
        """Takes a step whose values are not all plain numbers. Raises what a foreign mapping raises."""
        if not isinstance(data, Mapping):
            raise TypeError(f'expected a dict of numbers, got {type(data).__name__}')
        # NumPy may have been loaded since.
        self.plain = plain_numbers()
        taken = flatten(cast('Mapping[Any, Any]', data), self.refuse)
        step = None if step is None else freeze(step, 'step', self.refuse)
        epoch = None if epoch is None else freeze(epoch, 'epoch', self.refuse)
        self.keep((time, taken, step, epoch, timestamp))

    def keep(self, step: LoggedStep) -> None:
        """Keeps a step, as far as there is room. Where many wait, the writer's thread is given a turn."""
        waiting = len(self.steps)
        if waiting >= self.room:
            self.turn_away()
            return
        self.append(step)
        if waiting >= BUSY_STEPS:
            sleep(_TURN_SECONDS)

    def turn_away(self) -> None:
        """Counts a step that cannot be taken, and says why once."""
        if self._pipeline is None:
            return
        self.dropped += 1
        self.refuse(self._why_shut or 'steps come faster than they can be written and were dropped', '')

    def refuse(self, cause: str, example: str) -> None:
        """Counts what is not accepted, and says it once for each cause."""
        if self._pipeline is not None:
            self._pipeline.refusals.add(cause, example)

    def shut(self, why: str) -> None:
        """Takes no more."""
        self._why_shut = why
        self.room = 0
