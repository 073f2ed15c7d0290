"""The functions of `libnvidia-ml.so`, as far as we call them, with a machine's answers written down.

The real `pynvml` calls them: it hands each a reference to the C structure or number that the driver fills.
"""

import ctypes
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NVML_SUCCESS = 0
NVML_ERROR_INVALID_ARGUMENT = 2
NVML_ERROR_NOT_SUPPORTED = 3
NVML_ERROR_GPU_IS_LOST = 15


@dataclass
class Device:
    uuid: str
    name: str = 'NVIDIA H100 80GB HBM3'
    busy_percent: int = 0
    memory_used: int = 0
    memory_total: int = 80 * 1024**3
    celsius: int = 40
    milliwatts: int | None = 70_000
    """None: not supported by the device."""
    millijoules: int | None = None
    lost: bool = False


class FakeNvmlDriver:
    """Takes the place of the loaded library, `pynvml.nvmlLib`."""

    def __init__(self, *devices: Device) -> None:
        self.devices = devices
        self.initialized = 0

    def nvmlInitWithFlags(self, flags: int) -> int:  # noqa: N802
        self.initialized += 1
        return NVML_SUCCESS

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:  # noqa: N802
        count._obj.value = len(self.devices)
        return NVML_SUCCESS

    def nvmlDeviceGetHandleByIndex_v2(self, index: ctypes.c_uint, handle: Any) -> int:  # noqa: N802
        if index.value >= len(self.devices):
            return NVML_ERROR_INVALID_ARGUMENT
        if self.devices[index.value].lost:
            return NVML_ERROR_GPU_IS_LOST
        ctypes.cast(ctypes.byref(handle._obj), ctypes.POINTER(ctypes.c_size_t))[0] = index.value + 1
        return NVML_SUCCESS

    def nvmlDeviceGetUUID(self, handle: Any, buffer: Any, size: Any) -> int:  # noqa: N802
        return self._fill(buffer, self._of(handle).uuid)

    def nvmlDeviceGetName(self, handle: Any, buffer: Any, size: Any) -> int:  # noqa: N802
        return self._fill(buffer, self._of(handle).name)

    def nvmlDeviceGetUtilizationRates(self, handle: Any, rates: Any) -> int:  # noqa: N802
        rates._obj.gpu = self._of(handle).busy_percent
        return NVML_SUCCESS

    def nvmlDeviceGetMemoryInfo(self, handle: Any, memory: Any) -> int:  # noqa: N802
        device = self._of(handle)
        memory._obj.total, memory._obj.used = device.memory_total, device.memory_used
        return NVML_SUCCESS

    def nvmlDeviceGetTemperature(self, handle: Any, sensor: Any, celsius: Any) -> int:  # noqa: N802
        return self._answer(celsius, self._of(handle).celsius)

    def nvmlDeviceGetPowerUsage(self, handle: Any, milliwatts: Any) -> int:  # noqa: N802
        return self._answer(milliwatts, self._of(handle).milliwatts)

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: Any, millijoules: Any) -> int:  # noqa: N802
        return self._answer(millijoules, self._of(handle).millijoules)

    def _of(self, handle: Any) -> Device:
        number = ctypes.cast(ctypes.byref(handle), ctypes.POINTER(ctypes.c_size_t))[0]
        return self.devices[int(number) - 1]

    @staticmethod
    def _fill(buffer: Any, text: str) -> int:
        buffer.value = text.encode()
        return NVML_SUCCESS

    @staticmethod
    def _answer(reference: Any, value: int | None) -> int:
        if value is None:
            return NVML_ERROR_NOT_SUPPORTED
        reference._obj.value = value
        return NVML_SUCCESS


def load_driver(set_attribute: Callable[..., None], driver: FakeNvmlDriver) -> None:
    """Makes the installed `pynvml` call `driver`; `set_attribute` is pytest's `monkeypatch.setattr`."""
    pynvml = importlib.import_module('pynvml')
    set_attribute(pynvml, 'nvmlLib', driver)
    set_attribute(pynvml, '_nvmlGetFunctionPointer_cache', {})
