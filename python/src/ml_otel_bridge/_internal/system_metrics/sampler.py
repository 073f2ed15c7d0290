"""A thread that reads the machine now and then and hands on what it read."""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from ml_otel_bridge._internal.system_metrics.gpu_reader import GpuReader
from ml_otel_bridge._internal.system_metrics.host_reader import HostReader
from ml_otel_bridge._internal.system_metrics.nvml import load_nvml
from ml_otel_bridge._internal.system_metrics.process_reader import ProcessReader
from ml_otel_bridge._internal.system_metrics.reading import Reader, Reading

DEFAULT_INTERVAL = 10.0
"""Seconds between two samples."""

_FIRST_AFTER = 1.0
"""Seconds: a run of a few seconds has a sample, too."""
_SHORTEST = 0.5
"""Seconds: over less, a utilization says nothing."""
_FAILURES_IN_A_ROW = 3

_log = logging.getLogger(__name__)

Sink = Callable[[Sequence[Reading], int], None]
"""Takes what was read at a time, nanoseconds since 1970."""


class SystemMetricsSampler:
    """Reads the machine every `interval` seconds, in a daemon thread of its own, and calls `sink` there.

    Nothing here fails a run: a reader that raises three times in a row is not asked again, and an exception
    of the sink is logged at DEBUG. `start` and `stop` may each be called more than once; after `stop` there
    is no new start.

    Args:
        sink: called in the sampler's thread.
        interval: seconds between two samples, at least 0.1.
        readers: made in the thread, so that loading a driver takes no time of the caller's. Default:
            `default_readers`.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        interval: float = DEFAULT_INTERVAL,
        readers: Callable[[], Sequence[Reader]] | None = None,
    ) -> None:
        if not interval >= 0.1:  # noqa: PLR2004  NaN is refused, too
            raise ValueError(f'interval: at least 0.1 seconds, got {interval}')
        self._sink = sink
        self._interval = interval
        self._make_readers = readers or default_readers
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None and not self._stop.is_set():
            self._thread = threading.Thread(target=self._run, name='ml-otel-system-metrics', daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Takes a last sample, unless there was one just now, and ends the thread.

        Waits for that for `timeout` seconds at most. When it returns in less, the sink is not called again.
        """
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        readers = self._readers()
        failures: dict[int, int] = {}
        wait = min(_FIRST_AFTER, self._interval)
        stopping = False
        while readers and not stopping:
            since = time.monotonic()
            stopping = self._stop.wait(wait)
            wait = self._interval
            if not stopping or time.monotonic() - since >= _SHORTEST:
                readers = self._sample(readers, failures)

    def _readers(self) -> list[Reader]:
        try:
            return list(self._make_readers())
        except Exception:  # noqa: BLE001  a run goes on without system metrics
            _log.debug('There are no system metrics', exc_info=True)
            return []

    def _sample(self, readers: list[Reader], failures: dict[int, int]) -> list[Reader]:
        at = time.time_ns()
        readings: list[Reading] = []
        for reader in readers:
            try:
                readings += reader.read()
                failures[id(reader)] = 0
            except Exception:  # noqa: BLE001  the other readers go on
                failures[id(reader)] = failures.get(id(reader), 0) + 1
                _log.debug('%s failed', type(reader).__name__, exc_info=True)
        self._hand_on(readings, at)
        return [reader for reader in readers if failures[id(reader)] < _FAILURES_IN_A_ROW]

    def _hand_on(self, readings: Sequence[Reading], at: int) -> None:
        try:
            if readings:
                self._sink(readings, at)
        except Exception:  # noqa: BLE001  the run goes on
            _log.debug('System metrics of one sample were lost', exc_info=True)


def default_readers(environment: Mapping[str, str] = os.environ) -> list[Reader]:
    """The host, this process, and the GPUs that it may use, where there are any."""
    readers: list[Reader] = [HostReader(), ProcessReader()]
    nvml = load_nvml()
    if nvml is not None:
        gpus = GpuReader(nvml, environment.get('CUDA_VISIBLE_DEVICES'))
        if gpus.gpus:
            readers.append(gpus)
    return readers
