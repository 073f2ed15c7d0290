import os
import subprocess
import sys

from ml_otel_bridge._internal.system_metrics.host_reader import HostReader
from ml_otel_bridge._internal.system_metrics.process_reader import ProcessReader


def burn(seconds_of_cpu: float) -> None:
    end = os.times().user + seconds_of_cpu
    while os.times().user < end:
        sum(range(10_000))


def test_the_host() -> None:
    reader = HostReader()
    first = [reading.name for reading in reader.read()]
    burn(0.05)
    readings = {reading.name: reading for reading in reader.read()}
    assert 'system.cpu.utilization' not in first
    assert 0 < readings['system.cpu.utilization'].value <= 1
    assert 0 < readings['system.memory.utilization'].value < 1
    assert readings['system.memory.usage'].value > 1_000_000
    assert {reading.unit for reading in readings.values()} == {'1', 'By'}
    assert readings['system.network.io'].instrument == 'counter'


def test_the_process() -> None:
    reader = ProcessReader()
    reader.read()
    burn(0.1)
    readings = {reading.name: reading for reading in reader.read()}
    assert 0 < readings['process.cpu.utilization'].value <= 1.1
    assert readings['process.memory.usage'].value > 1_000_000
    assert readings['process.thread.count'].value >= 1


def test_another_process() -> None:
    child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)
    try:
        assert [reading.name for reading in ProcessReader(child.pid).read()] == [
            'process.memory.usage',
            'process.memory.virtual',
            'process.thread.count',
        ]
    finally:
        child.communicate(b'\n', timeout=30)
