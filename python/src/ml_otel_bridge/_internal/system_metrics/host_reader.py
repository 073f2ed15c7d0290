"""CPU, memory, disks and network of the machine, through psutil."""

import psutil

from ml_otel_bridge._internal.system_metrics.reading import Reading


class HostReader:
    """`system.*` metrics.

    In a container, psutil sees the machine rather than the container's limits. Utilization of the CPU is that
    since the `read` before, of all its cores, without the time they were idle or waited for a disk; the first
    `read` has none.
    """

    def __init__(self) -> None:
        psutil.cpu_percent()
        self._primed = False

    def read(self) -> list[Reading]:
        cpu = psutil.cpu_percent() / 100
        memory = psutil.virtual_memory()
        readings = [Reading('system.cpu.utilization', cpu, '1')] if self._primed else []
        self._primed = True
        readings += [
            Reading(
                'system.memory.usage', memory.used, 'By', 'updowncounter', {'system.memory.state': 'used'}
            ),
            Reading(
                'system.memory.utilization',
                1 - memory.available / memory.total,
                '1',
                attributes={'system.memory.state': 'used'},
            ),
        ]
        return readings + _disk_readings() + _network_readings()


def _disk_readings() -> list[Reading]:
    disk = psutil.disk_io_counters()
    if disk is None:
        return []
    return [
        Reading('system.disk.io', value, 'By', 'counter', {'disk.io.direction': direction})
        for direction, value in (('read', disk.read_bytes), ('write', disk.write_bytes))
    ]


def _network_readings() -> list[Reading]:
    network = psutil.net_io_counters()
    # Unlike its type stubs says, None where there is no interface.
    if not network:
        return []
    return [
        Reading('system.network.io', value, 'By', 'counter', {'network.io.direction': direction})
        for direction, value in (('receive', network.bytes_recv), ('transmit', network.bytes_sent))
    ]
