import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from ml_otel_bridge._internal.system_metrics import Reading, SystemMetricsSampler


def ignore(readings: Sequence[Reading], at: int) -> None:
    pass


class Counting:
    def __init__(self, fails: bool = False) -> None:
        self.reads = 0
        self.fails = fails

    def read(self) -> list[Reading]:
        self.reads += 1
        if self.fails:
            raise OSError('gone')
        return [Reading('system.memory.utilization', self.reads / 10, '1')]


class Collected:
    def __init__(self, wanted: int) -> None:
        self.samples: list[tuple[Sequence[Reading], int]] = []
        self.enough = threading.Event()
        self._wanted = wanted

    def __call__(self, readings: Sequence[Reading], at: int) -> None:
        self.samples.append((readings, at))
        if len(self.samples) >= self._wanted:
            self.enough.set()


def sampled(wanted: int, *readers: Counting) -> Collected:
    collected = Collected(wanted)
    sampler = SystemMetricsSampler(collected, interval=0.1, readers=lambda: readers)
    sampler.start()
    sampler.start()
    assert collected.enough.wait(30)
    sampler.stop()
    sampler.stop()
    return collected


def test_samples_come_in_order_with_their_times() -> None:
    before = time.time_ns()
    collected = sampled(3, Counting())
    times = [at for _, at in collected.samples]
    assert times == sorted(set(times))
    assert before < times[0]
    assert [readings[0].value for readings, _ in collected.samples[:3]] == [0.1, 0.2, 0.3]


def test_after_stop_there_is_no_thread() -> None:
    sampled(1, Counting())
    assert all(thread.name != 'ml-otel-system-metrics' for thread in threading.enumerate())


def test_a_reader_that_fails_leaves_the_others_and_is_asked_three_times() -> None:
    broken = Counting(fails=True)
    collected = sampled(6, broken, Counting())
    assert broken.reads == 3
    assert all(len(readings) == 1 for readings, _ in collected.samples)


def test_a_sink_that_raises_does_not_end_the_thread() -> None:
    calls = threading.Semaphore(0)

    def sink(readings: Any, at: int) -> None:
        calls.release()
        raise RuntimeError('full')

    sampler = SystemMetricsSampler(sink, interval=0.1, readers=lambda: [Counting()])
    sampler.start()
    assert all(calls.acquire(timeout=30) for _ in range(3))
    sampler.stop()


def test_readers_that_cannot_be_made_leave_a_sampler_that_stops() -> None:
    def readers() -> list[Counting]:
        raise RuntimeError('no psutil')

    sampler = SystemMetricsSampler(ignore, readers=readers)
    sampler.start()
    sampler.stop()
    sampler.start()


@pytest.mark.parametrize('interval', [0, -1, 0.01, float('nan')])
def test_an_interval_that_is_none(interval: float) -> None:
    with pytest.raises(ValueError, match='interval'):
        SystemMetricsSampler(ignore, interval=interval)
