import random
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ml_otel_bridge._internal.integrations.in_order import InOrder


def collected() -> tuple[InOrder, list[int]]:
    emitted: list[int] = []

    def emit(batch: int, logs: Mapping[str, Any]) -> None:
        emitted.append(batch)

    return InOrder(emit), emitted


def test_ends_that_overtake_wait_for_those_before() -> None:
    order, emitted = collected()
    for batch in range(4):
        order.begin(batch)
    for batch in (2, 1, 0):
        order.end(batch, {})
        assert emitted == ([] if batch else [0, 1, 2])
    order.end(3, {})
    assert emitted == [0, 1, 2, 3]


def test_batches_that_end_under_a_higher_number() -> None:
    order, emitted = collected()
    for first in (0, 4, 8):
        order.begin(first)
    for last in (7, 11, 3):
        order.end(last, {})
    assert emitted == [3, 7, 11]


def test_what_never_ended_does_not_hold_up_the_next_epoch() -> None:
    order, emitted = collected()
    order.begin(0)
    order.begin(1)
    order.end(1, {})
    assert emitted == []
    order.end_all()
    order.begin(0)
    order.end(0, {})
    assert emitted == [1, 0]


def test_ends_without_a_begin_are_emitted_at_once() -> None:
    order, emitted = collected()
    order.end(5, {})
    assert emitted == [5]


def test_many_threads() -> None:
    order, emitted = collected()
    batches = list(range(2_000))
    begun = threading.Semaphore(0)
    chance = random.Random(1)
    with ThreadPoolExecutor(8) as pool:
        for start in range(0, len(batches), 50):
            for batch in batches[start : start + 50]:
                order.begin(batch)
            some = batches[start : start + 50]
            chance.shuffle(some)
            for batch in some:
                pool.submit(order.end, batch, {}).add_done_callback(lambda _: begun.release())
        assert all(begun.acquire(timeout=30) for _ in batches)
    assert emitted == batches
