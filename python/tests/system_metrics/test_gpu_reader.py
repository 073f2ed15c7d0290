import subprocess
import sys
from typing import Any

import pytest

from ml_otel_bridge._internal.system_metrics.gpu_reader import Gpu, GpuReader, visible_gpus
from ml_otel_bridge._internal.system_metrics.nvml import load_nvml
from ml_otel_bridge._internal.system_metrics.reading import Reading
from ml_otel_bridge._internal.system_metrics.sampler import default_readers

from .fake_nvml_driver import Device, FakeNvmlDriver, load_driver

NAMED = {'hw.id': 'GPU-a', 'hw.name': 'NVIDIA H100 80GB HBM3'}
TYPED = {**NAMED, 'hw.type': 'gpu'}


def gpu_reader(monkeypatch: pytest.MonkeyPatch, *devices: Device, visible: str | None = None) -> GpuReader:
    load_driver(monkeypatch.setattr, FakeNvmlDriver(*devices))
    nvml = load_nvml()
    assert nvml is not None
    return GpuReader(nvml, visible)


def test_values_are_named_and_scaled_as_the_conventions_say(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(
        'GPU-a',
        busy_percent=37,
        memory_used=20 * 1024**3,
        celsius=61,
        milliwatts=312_500,
        millijoules=9_000_500,
    )
    assert gpu_reader(monkeypatch, device).read() == [
        Reading('hw.gpu.utilization', 0.37, '1', attributes={**NAMED, 'hw.gpu.task': 'general'}),
        Reading('hw.gpu.memory.usage', 20 * 1024**3, 'By', 'updowncounter', NAMED),
        Reading('hw.gpu.memory.limit', 80 * 1024**3, 'By', 'updowncounter', NAMED),
        Reading('hw.gpu.memory.utilization', 0.25, '1', attributes=NAMED),
        Reading('hw.temperature', 61, 'Cel', attributes=TYPED),
        Reading('hw.power', 312.5, 'W', attributes=TYPED),
        Reading('hw.energy', 9_000.5, 'J', 'counter', TYPED),
    ]


def test_what_a_device_does_not_support_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [reading.name for reading in gpu_reader(monkeypatch, Device('GPU-a', milliwatts=None)).read()]
    assert 'hw.temperature' in names
    assert 'hw.power' not in names
    assert 'hw.energy' not in names


def test_a_lost_device_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = gpu_reader(monkeypatch, Device('GPU-a', lost=True), Device('GPU-b'))
    assert {reading.attributes['hw.id'] for reading in reader.read()} == {'GPU-b'}


@pytest.mark.parametrize(
    ('visible', 'chosen'),
    [
        (None, 'abc'),
        ('', ''),
        ('1', 'b'),
        ('2,0', 'ca'),
        ('0, 0', 'a'),
        ('0,7,1', 'a'),
        ('-1', ''),
        ('GPU-b', 'b'),
        ('GPU-', ''),
        ('GPU-c,GPU-a', 'ca'),
    ],
)
def test_only_gpus_that_cuda_shows_the_process(visible: str | None, chosen: str) -> None:
    gpus = [Gpu(handle=object(), id=f'GPU-{letter}', name='') for letter in 'abc']
    assert ''.join(gpu.id[-1] for gpu in visible_gpus(gpus, visible)) == chosen


def test_default_readers_have_the_gpus_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    load_driver(monkeypatch.setattr, FakeNvmlDriver(Device('GPU-a')))
    assert any(isinstance(reader, GpuReader) for reader in default_readers({}))
    assert not any(isinstance(reader, GpuReader) for reader in default_readers({'CUDA_VISIBLE_DEVICES': ''}))


NO_DRIVER = """
import pynvml
from ml_otel_bridge._internal.system_metrics import default_readers
from ml_otel_bridge._internal.system_metrics.nvml import load_nvml
assert load_nvml() is None
print(*[type(reader).__name__ for reader in default_readers({})])
"""
NO_LIBRARY = "import sys; sys.modules['pynvml'] = None\n" + NO_DRIVER.replace('import pynvml\n', '')


@pytest.mark.parametrize('program', [NO_DRIVER, NO_LIBRARY])
def test_without_a_driver_or_a_library_there_are_silently_no_gpus(program: str, tmp_path: Any) -> None:
    # In a process of its own: the real library, which finds no driver in an empty folder of libraries.
    done = subprocess.run(
        [sys.executable, '-W', 'error', '-c', program],
        env={'PYTHONPATH': ':'.join(sys.path), 'LD_LIBRARY_PATH': str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.split()[:2] == ['HostReader', 'ProcessReader']
