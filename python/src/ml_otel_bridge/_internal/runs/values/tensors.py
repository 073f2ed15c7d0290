"""Values that lie on a device: taken without waiting for it where that can be done."""

import sys
from collections.abc import Callable
from typing import Any, cast


class Pending:
    """A number that is known once a device has computed it.

    It stands for the value at the time it was taken.
    """

    __slots__ = ('_read',)

    def __init__(self, read: Callable[[], float]) -> None:
        self._read = read

    def __float__(self) -> float:
        """Waits for the device. Raises what the framework raises, such as where the memory was given away."""
        return float(self._read())


def snapshot_tensor(value: object) -> Pending | None:
    """A promise of a scalar that lies on a device; None for everything that is better read at once.

    - A JAX array cannot change: it is kept, its copy to the host begins, and nobody waits. (Where it is
      donated to a compiled function before the copy is done, JAX takes it away: then it is refused and
      counted.)
    - A PyTorch tensor on a GPU can change in place: a copy into host memory is queued behind what computes
      it, on the stream that is current, and an event says when it is done.
    - Tensors in host memory and all else (NumPy arrays, variables) can change and cost nothing to read: read
      at once.
    """
    module = type(value).__module__
    if module.startswith('jaxlib'):
        return _keep_jax(cast('Any', value))
    if getattr(value, 'is_cuda', False) is True:
        return _copy_from_gpu(cast('Any', value))
    return None


def _keep_jax(array: Any) -> Pending | None:
    if not hasattr(array, 'copy_to_host_async') or array.size != 1:
        return None
    if array.dtype == bool:
        raise TypeError('expected a number, got a boolean')
    array.copy_to_host_async()
    return Pending(array.item)


def _copy_from_gpu(tensor: Any) -> Pending:
    # Loaded already, since the value is one of its tensors.
    library: Any = sys.modules['torch']
    if tensor.numel() != 1 or tensor.dtype == library.bool:
        raise TypeError(f'expected one number, got a tensor of {tensor.numel()} of {tensor.dtype}')
    with library.cuda.device(tensor.device):
        host = tensor.detach().to('cpu', non_blocking=True)
        done = library.cuda.Event()
        done.record()

    def read() -> float:
        done.synchronize()
        return host.item()

    return Pending(read)
