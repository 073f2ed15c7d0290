"""The part of NVIDIA's management library that we use; `nvidia-ml-py` offers it under the name `pynvml`."""

import importlib
from typing import Protocol, cast


class Utilization(Protocol):
    """Whole percents of the time since the driver's last sample."""

    gpu: int


class MemoryInfo(Protocol):
    """Bytes."""

    total: int
    used: int


class Nvml(Protocol):
    """Each call raises `NVMLError` where the device does not support it."""

    NVML_TEMPERATURE_GPU: int
    NVMLError: type[Exception]

    def nvmlInit(self) -> None: ...  # noqa: N802
    def nvmlShutdown(self) -> None: ...  # noqa: N802
    def nvmlDeviceGetCount(self) -> int: ...  # noqa: N802
    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> object: ...  # noqa: N802
    def nvmlDeviceGetUUID(self, handle: object, /) -> str: ...  # noqa: N802
    def nvmlDeviceGetName(self, handle: object, /) -> str: ...  # noqa: N802
    def nvmlDeviceGetUtilizationRates(self, handle: object, /) -> Utilization: ...  # noqa: N802
    def nvmlDeviceGetMemoryInfo(self, handle: object, /) -> MemoryInfo: ...  # noqa: N802
    def nvmlDeviceGetTemperature(self, handle: object, sensor: int, /) -> int: ...  # noqa: N802
    def nvmlDeviceGetPowerUsage(self, handle: object, /) -> int: ...  # noqa: N802
    def nvmlDeviceGetTotalEnergyConsumption(self, handle: object, /) -> int: ...  # noqa: N802


def load_nvml() -> Nvml | None:
    """NVML, initialized; None without `nvidia-ml-py`, without a driver, or where the driver refuses."""
    try:
        nvml = cast('Nvml', importlib.import_module('pynvml'))
    except ImportError:
        return None
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return None
    return nvml
