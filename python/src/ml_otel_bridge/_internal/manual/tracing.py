"""`span` and `traced`."""

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import AbstractContextManager
from typing import Any, ParamSpec, TypeVar, cast, overload

from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.trace import Span, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from ml_otel_bridge._internal.version import __version__

P = ParamSpec('P')
R = TypeVar('R')


def span(name: str, **attributes: AttributeValue) -> AbstractContextManager[Span]:
    """A span around a `with` block. An exception that leaves the block is recorded and goes on.

    Args:
        name: What is done, without values that differ each time: `'load batch'`, not `'load batch 17'`.
        **attributes: Texts, numbers, switches, or lists of one of these. More can be set on the span.

    Returns:
        A context manager that gives OpenTelemetry's span. Before `configure` it records nothing.

    Examples:
        >>> from ml_otel_bridge import span
        >>> with span('load batch', index=17) as current:
        ...     current.set_attribute('rows', 128)
    """
    return _tracer().start_as_current_span(name, attributes=attributes)


@overload
def traced(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def traced(
    name: str | None = None, /, **attributes: AttributeValue
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def traced(function: Any = None, /, **attributes: AttributeValue) -> Any:
    """A decorator: each call of the function is a span. Also `@traced('name')` and `@traced(key=value)`.

    For coroutines the span lasts until the result is there, for generators and asynchronous generators until
    they are used up or closed; while they wait at a `yield` their span is not the current one.

    Args:
        function: The function, or the span's name; else the name is the function's qualified one.
        **attributes: Attributes of each span. Arguments of the call are not recorded: they may be secrets.

    Returns:
        A function with the same signature.

    Raises:
        TypeError: something else than a function is decorated, such as a class.

    Examples:
        >>> from ml_otel_bridge import traced
        >>> @traced('add up', unit='EUR')
        ... def total(*amounts):
        ...     return sum(amounts)
        >>> total(1, 2)
        3
    """
    if function is None or isinstance(function, str):
        return functools.partial(_wrapped, function, attributes)
    return _wrapped(None, attributes, function)


def _wrapped(given: str | None, attributes: Mapping[str, AttributeValue], function: Any, /) -> Any:
    if inspect.isclass(function) or not callable(function):
        raise TypeError(f'@traced is for functions, not for {function!r}; of a class decorate its methods')
    name = given or str(getattr(function, '__qualname__', type(function).__qualname__))
    start = functools.partial(_start, name, {'code.function.name': _code_name(function), **attributes})
    if inspect.isasyncgenfunction(function):
        return _around_async_generator(cast(Callable[..., AsyncGenerator[Any, Any]], function), start)
    if inspect.isgeneratorfunction(function):
        return _around_generator(cast(Callable[..., Generator[Any, Any, Any]], function), start)
    if inspect.iscoroutinefunction(function):
        return _around_coroutine(cast(Callable[..., Awaitable[Any]], function), start)
    return _around_call(cast(Callable[..., Any], function), start)


def _code_name(function: Any) -> str:
    return f'{getattr(function, "__module__", "")}.{getattr(function, "__qualname__", "")}'.strip('.')


def _tracer() -> Tracer:
    return trace.get_tracer('ml_otel_bridge', __version__)


def _start(name: str, attributes: Mapping[str, AttributeValue]) -> Span:
    return _tracer().start_span(name, attributes=attributes)


def _around_call(function: Callable[..., Any], start: Callable[[], Span]) -> Any:
    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        with trace.use_span(start(), end_on_exit=True):
            return function(*arguments, **named)

    return call


def _around_coroutine(function: Callable[..., Awaitable[Any]], start: Callable[[], Span]) -> Any:
    @functools.wraps(function)
    async def call(*arguments: Any, **named: Any) -> Any:
        with trace.use_span(start(), end_on_exit=True):
            return await function(*arguments, **named)

    return call


def _around_generator(function: Callable[..., Generator[Any, Any, Any]], start: Callable[[], Span]) -> Any:
    @functools.wraps(function)
    def generate(*arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
        current = start()
        inner = function(*arguments, **named)
        step: Callable[[], Any] = functools.partial(next, inner)
        try:
            while True:
                try:
                    item = _within(current, step)
                except StopIteration as end:
                    return end.value
                try:
                    sent = yield item
                except GeneratorExit:
                    _within(current, inner.close)
                    raise
                except BaseException as error:  # noqa: BLE001
                    step = functools.partial(inner.throw, error)
                else:
                    step = functools.partial(inner.send, sent)
        except Exception as error:
            _fail(current, error)
            raise
        finally:
            current.end()

    return generate


def _around_async_generator(
    function: Callable[..., AsyncGenerator[Any, Any]], start: Callable[[], Span]
) -> Any:
    @functools.wraps(function)
    async def generate(*arguments: Any, **named: Any) -> AsyncGenerator[Any, Any]:
        current = start()
        inner = function(*arguments, **named)
        step: Callable[[], Awaitable[Any]] = inner.__anext__
        try:
            while True:
                try:
                    item = await _within_async(current, step)
                except StopAsyncIteration:
                    return
                try:
                    sent = yield item
                except GeneratorExit:
                    await _within_async(current, inner.aclose)
                    raise
                except BaseException as error:  # noqa: BLE001
                    step = functools.partial(inner.athrow, error)
                else:
                    step = functools.partial(inner.asend, sent)
        except Exception as error:
            _fail(current, error)
            raise
        finally:
            current.end()

    return generate


def _within(current: Span, step: Callable[[], Any]) -> Any:
    """One step of a generator with its span as the current one, and only that step."""
    token = attach(trace.set_span_in_context(current))
    try:
        return step()
    finally:
        detach(token)


async def _within_async(current: Span, step: Callable[[], Awaitable[Any]]) -> Any:
    token = attach(trace.set_span_in_context(current))
    try:
        return await step()
    finally:
        detach(token)


def _fail(current: Span, error: Exception) -> None:
    current.record_exception(error)
    current.set_status(Status(StatusCode.ERROR, f'{type(error).__name__}: {error}'))
