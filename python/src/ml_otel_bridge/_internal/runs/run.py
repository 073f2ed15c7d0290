"""A training run that is going on."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import time_ns
from types import TracebackType
from typing import Any, Literal, SupportsFloat, SupportsIndex

from opentelemetry.trace import Span
from typing_extensions import Self

from ml_otel_bridge._internal.runs.config import RunConfig
from ml_otel_bridge._internal.runs.core import RunCore, Status
from ml_otel_bridge._internal.runs.limits import BUSY_STEPS
from ml_otel_bridge._internal.runs.otlp import events
from ml_otel_bridge._internal.runs.summary import RunSummary
from ml_otel_bridge._internal.runs.values.flatten import PLAIN_NUMBERS

Level = Literal['debug', 'info', 'warning', 'error']

FLUSH_SECONDS = 30.0
_MAX_TITLE = 1_024
_MAX_TEXT = 64 * 1_024


class Run:
    """A training run. Made by `init_run`; every method may be called from any thread.

    Nothing here raises for what a receiver, a disk or a logged value does: it is counted and said once.

    Examples:
        >>> from ml_otel_bridge import init_run
        >>> with init_run('mnist', mode='disabled') as run:
        ...     run.log({'loss': 0.5, 'accuracy': 0.9}, step=1, epoch=0)
    """

    def __init__(self, core: RunCore) -> None:
        self._core = core
        self._door = core.door

    @property
    def id(self) -> str:
        """`job.id` of everything that the run sends."""
        return self._core.identity.job_id

    @property
    def url(self) -> str | None:
        """The run's page; None where no explorer answered when the run began."""
        return self._core.url

    @property
    def rank(self) -> int | None:
        """This process's rank in a distributed run."""
        return self._core.identity.rank

    @property
    def config(self) -> RunConfig:
        """Hyperparameters and whatever else belongs to the run; each change is sent."""
        return self._core.config

    @property
    def summary(self) -> RunSummary:
        """The last value of each metric, and what is set here by hand."""
        return self._core.summary

    @property
    def dropped(self) -> int:
        """Steps that are lost: there was no room, or the receiver refused them."""
        pipeline = self._core.pipeline
        return self._door.dropped + (pipeline.lost_steps if pipeline else 0)

    @property
    def refused(self) -> Mapping[str, int]:
        """How often something was not accepted or went wrong, by cause."""
        pipeline = self._core.pipeline
        return pipeline.refusals.counts if pipeline else {}

    @property
    def directory(self) -> Path | None:
        """The folder of the run's spool; None where it is disabled, or nothing could be written."""
        pipeline = self._core.pipeline
        return pipeline.folder if pipeline else None

    def log(
        self,
        data: Mapping[str, Any],
        /,
        *,
        step: SupportsIndex | SupportsFloat | None = None,
        epoch: SupportsFloat | None = None,
        timestamp: float | datetime | None = None,
    ) -> None:
        """Takes the metrics of a step. Never blocks and never raises.

        Args:
            data: numbers by name; nested dicts are joined with dots. Scalars of NumPy, PyTorch, JAX are
                numbers too. None is a metric that was not measured. NaN and infinities are values. What is
                no number is refused (see `refused`), the rest is kept. The values are taken as they are now:
                what is changed after the call does not matter.
            step: number of the batch or step, as the framework counts it.
            epoch: may be fractional.
            timestamp: when it was measured, seconds (float) or nanoseconds (int) since 1970 or a datetime.
                Default: now.
        """
        door = self._door
        if not door.room:
            door.turn_away()
            return
        now = time_ns()
        try:
            if (
                type(data) is dict
                and door.plain.issuperset(map(type, data.values()))  # pyright: ignore[reportUnknownArgumentType]
                and (step is None or type(step) is int)
                and (epoch is None or type(epoch) in PLAIN_NUMBERS)
                and len(door.steps) < BUSY_STEPS
            ):
                door.append((now, data.copy(), step, epoch, timestamp))  # pyright: ignore[reportUnknownArgumentType]
            else:
                door.take(now, data, step, epoch, timestamp)  # pyright: ignore[reportUnknownArgumentType]
        except Exception as error:  # noqa: BLE001 - training goes on, whatever a foreign object raises
            door.refuse('a call of log could not be taken', f'{type(error).__name__}: {str(error)[:120]}')

    def alert(self, title: str, text: str = '', level: Level = 'warning') -> None:
        """Says that something happened that a person should see: an event `ml.run.alert`, by the run's side.

        Args:
            title: one line.
            text: more of it.
            level: `debug`, `info`, `warning` or `error`; anything else counts as `warning`.
        """
        known: Level = level if level in events.LEVELS else 'warning'
        attributes = {'ml.run.alert.title': str(title)[:_MAX_TITLE]}
        self._core.emit(events.ALERT, attributes, body=str(text)[:_MAX_TEXT] or str(title), level=known)

    @contextmanager
    def span(self, name: str, /, **attributes: Any) -> Generator[Span]:
        """A span of the run's own trace data, as the current span of this thread while the block runs.

        An exception is recorded in it and goes on. Where another span is current, it is that one's child.
        """
        with self._core.spans.start(name, attributes) as span:
            yield span

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until all that was logged before has been sent; offline, until it was written.

        Args:
            timeout: seconds. Default: 30.

        Returns:
            Whether that is so. What was not sent in time is still kept and sent later.
        """
        return self._core.flush(FLUSH_SECONDS if timeout is None else timeout)

    def finish(self, status: Status = 'finished') -> bool:
        """Ends the run and sends what waits. Later calls change nothing.

        Takes up to 10 s while the receiver takes something, 2 s where nobody is there, and 6 s where
        somebody is who does not answer: then the rest lies
        in the spool and is sent at the next start, or by `ml-otel-py sync`.

        Returns:
            Whether all was sent (offline: written).
        """
        return self._core.finish(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        exited = isinstance(error, SystemExit)
        if error is not None and not exited:
            self._core.record_exception(error)
        failed = error is not None and not (exited and error.code in (None, 0))
        self.finish('failed' if failed else 'finished')

    def __repr__(self) -> str:
        return f'Run({self.id!r}, {self._core.ended or "running"})'
