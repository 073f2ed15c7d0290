"""What is asked of PyTorch, in which order, for a tensor on a GPU.

PyTorch itself is not run here: it takes a GPU.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from ml_otel_bridge._internal.runs.values.tensors import Pending, snapshot_tensor


class Stream:
    """Work that was queued and is done only when somebody waits for it."""

    def __init__(self) -> None:
        self.queued: list[Any] = []
        self.told: list[str] = []

    def run(self) -> None:
        for work in self.queued:
            work()
        self.queued.clear()


class Host:
    value: float | None = None

    def item(self) -> float:
        assert self.value is not None, 'read before the copy was done'
        return self.value


class GpuTensor:
    is_cuda = True
    dtype = 'float32'
    device = 'cuda:0'

    def __init__(self, stream: Stream, value: float, count: int = 1) -> None:
        self._stream, self._count = stream, count
        self.value = value

    def numel(self) -> int:
        return self._count

    def detach(self) -> 'GpuTensor':
        return self

    def item(self) -> float:
        raise AssertionError('this would wait for the device')

    def to(self, device: str, *, non_blocking: bool) -> Host:
        assert (device, non_blocking) == ('cpu', True)
        host = Host()
        self._stream.queued.append(lambda: setattr(host, 'value', self.value))
        return host

    def add_(self, more: float) -> None:
        self._stream.queued.append(lambda: setattr(self, 'value', self.value + more))


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Stream:
    stream = Stream()

    class Event:
        def record(self) -> None:
            stream.told.append('recorded')

        def synchronize(self) -> None:
            stream.told.append('waited')
            stream.run()

    @contextmanager
    def device(name: str) -> Generator[None]:
        stream.told.append(name)
        yield

    library = SimpleNamespace(bool='bool', cuda=SimpleNamespace(Event=Event, device=device))
    monkeypatch.setitem(sys.modules, 'torch', library)
    return stream


def test_it_is_copied_behind_what_computes_it_and_nobody_waits(stream: Stream) -> None:
    tensor = GpuTensor(stream, 1.0)
    pending = snapshot_tensor(tensor)
    assert isinstance(pending, Pending)
    assert stream.told == ['cuda:0', 'recorded']
    tensor.add_(5.0)
    assert float(pending) == 1.0
    assert stream.told == ['cuda:0', 'recorded', 'waited']


def test_more_than_one_number_is_refused(stream: Stream) -> None:
    with pytest.raises(TypeError, match='expected one number'):
        snapshot_tensor(GpuTensor(stream, 1.0, count=2))
