"""CPU and memory of this process, through psutil."""

import os

import psutil

from ml_otel_bridge._internal.system_metrics.reading import Reading


class ProcessReader:
    """`process.*` metrics of one process, by default of the caller's; its children are not counted in.

    `process.cpu.utilization` is the time on a CPU since the `read` before, divided by the CPUs that the
    process may use, as the convention has it: 1 is all of them. The first `read` has none.
    """

    def __init__(self, pid: int | None = None) -> None:
        self._process = psutil.Process(pid)
        self._process.cpu_percent()
        self._primed = False

    def read(self) -> list[Reading]:
        with self._process.oneshot():
            cpu = self._process.cpu_percent() / 100 / self._usable_cpus()
            memory = self._process.memory_info()
            threads = self._process.num_threads()
        readings = [Reading('process.cpu.utilization', cpu, '1')] if self._primed else []
        self._primed = True
        return [
            *readings,
            Reading('process.memory.usage', memory.rss, 'By', 'updowncounter'),
            Reading('process.memory.virtual', memory.vms, 'By', 'updowncounter'),
            Reading('process.thread.count', threads, '{thread}', 'updowncounter'),
        ]

    def _usable_cpus(self) -> int:
        try:
            return len(self._process.cpu_affinity() or ()) or _all_cpus()
        except (AttributeError, psutil.Error):  # macOS has no affinity
            return _all_cpus()


def _all_cpus() -> int:
    return os.cpu_count() or 1
