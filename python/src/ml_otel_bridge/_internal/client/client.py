"""What `configure` returns: the providers of one place that telemetry goes to, their flush and their end."""

import atexit
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from opentelemetry._logs import Logger, LoggerProvider, NoOpLoggerProvider
from opentelemetry.metrics import Meter, MeterProvider, NoOpMeterProvider
from opentelemetry.trace import NoOpTracerProvider, Tracer, TracerProvider
from typing_extensions import Self

from ml_otel_bridge._internal.client.clients import CLIENTS
from ml_otel_bridge._internal.client.exporter_chatter import ExporterChatter
from ml_otel_bridge._internal.client.in_time import Hands
from ml_otel_bridge._internal.client.losses import Item, Losses
from ml_otel_bridge._internal.client.pipelines import Pipeline
from ml_otel_bridge._internal.client.process_end import flush_in_children
from ml_otel_bridge._internal.settings.settings import Settings
from ml_otel_bridge._internal.version import __version__

_SCOPE = 'ml_otel_bridge'
# Calls further apart than this are not about the same end of the process.
_SAME_END = 5.0


class Client:
    """Where telemetry goes. Made by `configure`; its methods may be called from any thread and never raise.

    Attributes:
        settings: What was asked for, checked.
        tracer_provider: OpenTelemetry's tracer provider; inert where traces are off.
        meter_provider: The same for metrics.
        logger_provider: The same for logs.

    Examples:
        >>> import ml_otel_bridge
        >>> client = ml_otel_bridge.configure(service_name='shop', enabled=False)
        >>> client.force_flush(), client.shutdown()
        (True, True)
    """

    def __init__(
        self,
        settings: Settings,
        pipelines: Sequence[Pipeline],
        losses: Losses,
        chatter: ExporterChatter,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        logger_provider: LoggerProvider | None = None,
        is_global: bool = False,
    ) -> None:
        self.settings = settings
        self.tracer_provider = tracer_provider or NoOpTracerProvider()
        self.meter_provider = meter_provider or NoOpMeterProvider()
        self.logger_provider = logger_provider or NoOpLoggerProvider()
        self.is_global = is_global
        self._pipelines = pipelines
        self._losses = losses
        self._chatter = chatter
        self._hands = Hands(len(pipelines))
        self._undo: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._ended = False
        self._exit_deadline: float | None = None
        if pipelines:
            atexit.register(self.shutdown)
            flush_in_children(self, self.shutdown)
            CLIENTS.add(self)

    @property
    def tracer(self) -> Tracer:
        """The tracer of spans that this package makes."""
        return self.tracer_provider.get_tracer(_SCOPE, __version__)

    @property
    def meter(self) -> Meter:
        """The meter of instruments that this package makes."""
        return self.meter_provider.get_meter(_SCOPE, __version__)

    @property
    def event_logger(self) -> Logger:
        """The OpenTelemetry logger of events that this package makes."""
        return self.logger_provider.get_logger(_SCOPE, __version__)

    @property
    def lost(self) -> dict[Item, int]:
        """How many spans and log records could not be delivered so far, by what they are."""
        return self._losses.counts()

    @property
    def ended(self) -> bool:
        """Whether `shutdown` was called."""
        return self._ended

    def force_flush(self, timeout: float | None = None) -> bool:
        """Sends all that was recorded until now.

        Args:
            timeout: Seconds that it may take; else `export_timeout`.

        Returns:
            True when the receiver has it all, or when there was nothing to send; False when it took longer
            or failed.
        """
        with self._lock:
            pipelines = () if self._ended else self._pipelines
        seconds = self.settings.export_timeout if timeout is None else timeout
        return self._hands.run([pipeline.flush for pipeline in pipelines], seconds)

    def flush_at_exit(self) -> bool:
        """The same before the process ends: later calls and `shutdown` share its limit of time."""
        return self.force_flush(self._left_until_exit())

    def shutdown(self, timeout: float | None = None) -> bool:
        """Sends what is left and ends: what comes later is not recorded. A second call only returns True.

        Args:
            timeout: Seconds that it may take; else `shutdown_timeout`. It is called so when Python exits.

        Returns:
            As `force_flush`.
        """
        with self._lock:
            if self._ended:
                return True
            self._ended = True
        CLIENTS.remove(self)
        atexit.unregister(self.shutdown)
        for undo in reversed(self._undo):
            undo()
        seconds = self._left_until_exit() if timeout is None else timeout
        good = self._hands.run([pipeline.end for pipeline in self._pipelines], seconds)
        if not good:
            for pipeline in self._pipelines:
                pipeline.count_unsent()
        self._hands.end()
        self._losses.say_total()
        self._chatter.remove()
        return good

    def at_shutdown(self, undo: Callable[[], None]) -> None:
        """Calls it before the last flush; the last one that was added goes first."""
        self._undo.append(undo)

    def after_fork(self) -> None:
        """Makes it fit for a forked child, where it goes on with queues and counts of its own."""
        self._lock = threading.Lock()
        self._exit_deadline = None
        self._losses.forget()
        for pipeline in self._pipelines:
            pipeline.after_fork()
        self._hands.renew()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def _left_until_exit(self) -> float:
        now = time.monotonic()
        if self._exit_deadline is None or now > self._exit_deadline + _SAME_END:
            self._exit_deadline = now + self.settings.shutdown_timeout
        return max(self._exit_deadline - now, 0.0)
