"""Ways that a training program ends; the first argument names the way."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable

from ml_otel_bridge import Run, init_run

WAYS: dict[str, Callable[[Run], object]] = {}


def exit_with_seven(*_: object) -> None:
    sys.exit(7)


def terminate(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def way(function: Callable[[Run], object]) -> Callable[[Run], object]:
    WAYS[function.__name__] = function
    return function


@way
def returns(run: Run) -> None:
    """Without finish."""


@way
def raises(run: Run) -> None:
    raise RuntimeError('diverged')


@way
def interrupted(run: Run) -> None:
    # Python forgets that it was interrupted where a thread imports at that moment, and ends with 1.
    run.flush()
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)


@way
def terminated(run: Run) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


@way
def terminated_with_a_handler_of_its_own(run: Run) -> None:
    run.finish()
    signal.signal(signal.SIGTERM, exit_with_seven)
    again = init_run('again', id='again', environment=False, system_metrics=False)
    again.log({'loss': 1.0}, step=0)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


@way
def terminated_while_it_flushes(run: Run) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    signal.signal(signal.SIGALRM, terminate)
    while True:
        run.log({'loss': 1.0})
        run.flush(0.01)


@way
def forks(run: Run) -> None:
    """Children log and end in every way; only what the parent logs is to arrive, once."""
    for ending in (lambda: os._exit(0), lambda: sys.exit(0), run.finish):
        child = os.fork()
        if child == 0:
            run.log({'loss': -1.0}, step=999)
            run.flush(1.0)
            run.config['child'] = True
            ending()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    with multiprocessing.get_context('fork').Pool(2) as pool:
        assert pool.map(len, [[1, 2], [3]]) == [2, 1]
    run.log({'loss': 1.0}, step=1)


@way
def forks_a_child_with_a_run_of_its_own(run: Run) -> None:
    child = os.fork()
    if child == 0:
        with init_run('child', id='child', environment=False, system_metrics=False) as own:
            own.log({'loss': 2.0}, step=0)
        os._exit(0)
    os.waitpid(child, 0)


@way
def is_killed_by_a_child_that_is_terminated(run: Run) -> None:
    """A child of a fork has the parent's handler: it must end, and must not end the parent's run."""
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell, b'.')
        time.sleep(60)
        # Not on into the parent's lines: process 0 would be the whole group, the tests' too.
        os._exit(1)
    # A signal that comes before the child is through with its fork is forgotten by Python.
    os.read(ready, 1)
    os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGTERM
    run.log({'loss': 1.0}, step=1)


if __name__ == '__main__':
    begun = init_run('ends', id='r1', environment=False, system_metrics=False)
    begun.log({'loss': 0.0}, step=0)
    WAYS[sys.argv[1]](begun)
