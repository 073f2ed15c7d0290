import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest
from opentelemetry import trace

from ml_otel_bridge import configure, force_flush, span, traced
from support.otlp_sink import OtlpSink, Seen, attributes_of


@pytest.fixture(autouse=True)
def _configured(sink: OtlpSink) -> None:
    configure(service_name='hand', endpoint=sink.http_endpoint)


def only(sink: OtlpSink, name: str) -> Seen:
    assert force_flush()
    (found,) = sink.spans(name)
    return found


def current_name() -> str:
    return getattr(trace.get_current_span(), 'name', '')


def test_a_span_has_attributes_a_parent_and_the_exception_that_left_it(sink: OtlpSink) -> None:
    def work() -> None:
        with span('outer', rows=3, names=['a', 'b']) as outer, span('inner'):
            outer.set_attribute('late', True)
            raise RuntimeError('boom')

    with pytest.raises(RuntimeError):
        work()
    outer, inner = only(sink, 'outer'), only(sink, 'inner')
    assert outer.attributes == {'rows': 3, 'names': ['a', 'b'], 'late': True}
    assert inner.item.parent_span_id == outer.item.span_id
    for seen in (outer, inner):
        assert [attributes_of(event.attributes)['exception.message'] for event in seen.item.events] == [
            'boom'
        ]
        assert seen.item.status.code == seen.item.status.STATUS_CODE_ERROR


def test_a_traced_function_keeps_its_name_signature_and_result(sink: OtlpSink) -> None:
    @traced
    def plain(a: int, *, b: int = 2) -> int:
        """Adds."""
        return a + b

    @traced('named', unit='EUR')
    def named() -> str:
        return current_name()

    assert (plain(1, b=4), plain.__doc__, plain.__name__) == (5, 'Adds.', 'plain')
    assert named() == 'named'
    assert only(sink, 'named').attributes['unit'] == 'EUR'
    found = only(sink, f'{plain.__qualname__}')
    assert found.attributes['code.function.name'] == f'{__name__}.{plain.__qualname__}'


def test_a_traced_coroutine_lasts_until_its_result(sink: OtlpSink) -> None:
    @traced('fetch')
    async def fetch(number: int) -> str:
        await asyncio.sleep(0)
        return f'{current_name()} {number}'

    async def both() -> list[str]:
        return list(await asyncio.gather(fetch(1), fetch(2)))

    assert asyncio.run(both()) == ['fetch 1', 'fetch 2']
    assert force_flush()
    first, second = sink.spans('fetch')
    assert first.item.trace_id != second.item.trace_id


def test_a_traced_generator_is_the_current_span_only_while_it_runs(sink: OtlpSink) -> None:
    @traced('read')
    def read() -> Generator[str, str, str]:
        sent = yield current_name()
        try:
            yield f'{current_name()} {sent}'
        except KeyError:
            yield 'caught'
        return 'done'

    def whole() -> Generator[str, str, None]:
        result = yield from read()
        yield result

    with span('reader'):
        steps = whole()
        assert next(steps) == 'read'
        assert current_name() == 'reader'
        assert steps.send('x') == 'read x'
        assert steps.throw(KeyError('k')) == 'caught'
        assert next(steps) == 'done'
    reader, found = only(sink, 'reader'), only(sink, 'read')
    assert found.item.parent_span_id == reader.item.span_id
    assert not found.item.events


def test_a_traced_generator_ends_when_it_is_closed_or_fails(sink: OtlpSink) -> None:
    closed: list[str] = []

    @traced('read')
    def read() -> Generator[int]:
        try:
            yield 1
            raise RuntimeError('cut')
        finally:
            closed.append(current_name())

    left = read()
    next(left)
    left.close()
    with pytest.raises(RuntimeError):
        list(read())
    assert closed == ['read', 'read']
    assert force_flush()
    assert [len(found.item.events) for found in sink.spans('read')] == [0, 1]


def test_a_traced_async_generator_does_the_same(sink: OtlpSink) -> None:
    @traced('read')
    async def read(fail: bool) -> AsyncGenerator[str, str]:
        sent = yield current_name()
        await asyncio.sleep(0)
        yield f'{current_name()} {sent}'
        if fail:
            raise RuntimeError('cut')

    async def use() -> list[Any]:
        with span('reader'):
            steps = read(False)
            first = [await anext(steps), current_name(), await steps.asend('x')]
            await steps.aclose()
            second = [item async for item in read(False)]
        with pytest.raises(RuntimeError):
            _ = [item async for item in read(True)]
        return [*first, *second]

    assert asyncio.run(use()) == ['read', 'reader', 'read x', 'read', 'read None']
    assert force_flush()
    assert [len(found.item.events) for found in sink.spans('read')] == [0, 0, 1]


@pytest.mark.parametrize('thing', [int, object()])
def test_what_is_no_function_cannot_be_traced(thing: Any) -> None:
    with pytest.raises(TypeError, match='@traced is for functions'):
        traced(thing)
