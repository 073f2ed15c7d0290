"""NVIDIA GPUs, through NVML."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ml_otel_bridge._internal.system_metrics.nvml import Nvml
from ml_otel_bridge._internal.system_metrics.reading import Reading


@dataclass(frozen=True, slots=True)
class Gpu:
    """A device: `id` is its UUID."""

    handle: object
    id: str
    name: str


class GpuReader:
    """`hw.*` metrics of the GPUs that this process may use.

    A metric that a device does not support (power on some laptops, utilization of a device cut up by MIG) is
    left out, the others are read all the same.

    Args:
        nvml: initialized, see `load_nvml`.
        visible: as in the environment variable `CUDA_VISIBLE_DEVICES`: indices or UUIDs (or their beginnings)
            with commas between; None for all. As with CUDA, what follows one that there is not is left out.
    """

    def __init__(self, nvml: Nvml, visible: str | None = None) -> None:
        self._nvml = nvml
        self.gpus = visible_gpus(_all_gpus(nvml), visible)

    def read(self) -> list[Reading]:
        return [reading for gpu in self.gpus for reading in self._read_gpu(gpu)]

    def _read_gpu(self, gpu: Gpu) -> Iterator[Reading]:
        parts = (self._utilization, self._memory, self._temperature, self._power, self._energy)
        for part in parts:
            yield from self._where_supported(part, gpu)

    def _where_supported(self, part: Callable[[Gpu], list[Reading]], gpu: Gpu) -> list[Reading]:
        try:
            return part(gpu)
        except self._nvml.NVMLError:
            return []

    def _utilization(self, gpu: Gpu) -> list[Reading]:
        busy = self._nvml.nvmlDeviceGetUtilizationRates(gpu.handle).gpu / 100
        return [Reading('hw.gpu.utilization', busy, '1', attributes=_named(gpu) | {'hw.gpu.task': 'general'})]

    def _memory(self, gpu: Gpu) -> list[Reading]:
        memory = self._nvml.nvmlDeviceGetMemoryInfo(gpu.handle)
        return [
            Reading('hw.gpu.memory.usage', memory.used, 'By', 'updowncounter', _named(gpu)),
            Reading('hw.gpu.memory.limit', memory.total, 'By', 'updowncounter', _named(gpu)),
            Reading('hw.gpu.memory.utilization', memory.used / memory.total, '1', attributes=_named(gpu)),
        ]

    def _temperature(self, gpu: Gpu) -> list[Reading]:
        degrees = self._nvml.nvmlDeviceGetTemperature(gpu.handle, self._nvml.NVML_TEMPERATURE_GPU)
        return [Reading('hw.temperature', degrees, 'Cel', attributes=_typed(gpu))]

    def _power(self, gpu: Gpu) -> list[Reading]:
        milliwatts = self._nvml.nvmlDeviceGetPowerUsage(gpu.handle)
        return [Reading('hw.power', milliwatts / 1_000, 'W', attributes=_typed(gpu))]

    def _energy(self, gpu: Gpu) -> list[Reading]:
        millijoules = self._nvml.nvmlDeviceGetTotalEnergyConsumption(gpu.handle)
        return [Reading('hw.energy', millijoules / 1_000, 'J', 'counter', _typed(gpu))]


def visible_gpus(gpus: Sequence[Gpu], visible: str | None) -> list[Gpu]:
    """Those of `gpus` that `CUDA_VISIBLE_DEVICES` names, in its order."""
    if visible is None:
        return list(gpus)
    chosen: list[Gpu] = []
    for name in filter(None, (part.strip() for part in visible.split(','))):
        if name.isdigit():
            found = [gpus[int(name)]] if int(name) < len(gpus) else []
        else:
            found = [gpu for gpu in gpus if gpu.id.startswith(name)]
        if len(found) != 1:
            break
        chosen += [gpu for gpu in found if gpu not in chosen]
    return chosen


def _all_gpus(nvml: Nvml) -> list[Gpu]:
    gpus: list[Gpu] = []
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            handle = nvml.nvmlDeviceGetHandleByIndex(index)
            gpus.append(Gpu(handle, nvml.nvmlDeviceGetUUID(handle), nvml.nvmlDeviceGetName(handle)))
        except nvml.NVMLError:  # a device that the driver lost keeps the others readable
            continue
    return gpus


def _named(gpu: Gpu) -> dict[str, str]:
    return {'hw.id': gpu.id, 'hw.name': gpu.name}


def _typed(gpu: Gpu) -> dict[str, str]:
    return {**_named(gpu), 'hw.type': 'gpu'}
