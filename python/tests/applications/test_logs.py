import logging
from typing import Any

from ml_otel_bridge import configure, event, force_flush, shutdown, span
from support.children import run_python
from support.otlp_sink import OtlpSink


class Unreadable:
    def __repr__(self) -> str:
        raise RuntimeError('do not look')


def test_records_have_the_trace_their_severity_and_their_exception(sink: OtlpSink) -> None:
    configure(service_name='logs', endpoint=sink.http_endpoint)
    logger = logging.getLogger('logs.of')
    with span('work'):
        try:
            int('wrong')
        except ValueError:
            logger.exception('it failed')
    assert force_flush()
    (record,) = sink.logs('it failed')
    assert record.item.trace_id == sink.spans('work')[0].item.trace_id
    assert record.item.severity_text == 'ERROR'
    assert record.attributes['exception.type'] == 'ValueError'
    assert 'Traceback' in record.attributes['exception.stacktrace']


def test_loggers_that_do_not_propagate_are_heard_and_those_below_the_level_are_not(sink: OtlpSink) -> None:
    configure(service_name='logs', endpoint=sink.http_endpoint, log_level='warning')
    deaf = logging.getLogger('deaf')
    deaf.propagate = False
    deaf.warning('heard')
    deaf.info('too quiet')
    deaf.propagate = True
    assert force_flush()
    assert [seen.item.body.string_value for seen in sink.logs()] == ['heard']


def test_sending_is_not_itself_sent(sink: OtlpSink) -> None:
    # urllib3 logs each request at debug: with each export there would be something to export.
    configure(service_name='logs', endpoint=sink.http_endpoint, log_level='debug')
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        logging.getLogger('mine').debug('only this')
        for _ in range(3):
            assert force_flush()
    finally:
        root.setLevel(level)
    assert [seen.item.body.string_value for seen in sink.logs()] == ['only this']
    assert not sink.spans()


def test_a_hostile_record_breaks_nothing(sink: OtlpSink) -> None:
    configure(service_name='logs', endpoint=sink.http_endpoint)
    logger = logging.getLogger('hostile')
    raising, logging.raiseExceptions = logging.raiseExceptions, False
    deep: list[Any] = []
    deep.append(deep)
    try:
        logger.info('%d apples', 'no number')
        logger.info('odd extras', extra={'thing': Unreadable(), 'deep': deep, 'bytes': b'\xff', '': 1})
        logger.info('x' * 100_000)
        logger.info('lone \ud800 surrogate')
        logger.info('after')
    finally:
        logging.raiseExceptions = raising
    assert force_flush()
    bodies = [seen.item.body.string_value for seen in sink.logs()]
    assert bodies[0] == '%d apples'
    assert 'odd extras' in bodies
    assert 'lone \\ud800 surrogate' in bodies
    assert bodies[-1] == 'after'


def test_what_cannot_be_encoded_is_lost_alone(sink: OtlpSink) -> None:
    client = configure(service_name='logs', endpoint=sink.http_endpoint)
    for number in range(10):
        event(f'event {number}', '\ud800' if number == 7 else 'good')
    assert not force_flush()
    assert [seen.item.event_name[-1] for seen in sink.logs()] == [*'0123456', *'89']
    assert client.lost == {'log records': 1}


def test_after_shutdown_logging_is_as_before(sink: OtlpSink) -> None:
    before = logging.Logger.callHandlers
    configure(service_name='logs', endpoint=sink.http_endpoint)
    assert logging.Logger.callHandlers is not before
    assert shutdown()
    assert logging.Logger.callHandlers is before


def test_the_console_shows_what_it_would_without_us() -> None:
    say = """
import logging
logging.getLogger('a').info('info')
logging.getLogger('a').warning('warning')
logging.basicConfig(format='configured %(message)s')
logging.getLogger('a').warning('again')
"""
    with OtlpSink() as sink:
        configured = "import ml_otel_bridge; ml_otel_bridge.configure(service_name='logs')"
        ran = run_python(f'{configured}\n{say}', {'ML_OTEL_ENDPOINT': sink.http_endpoint})
        assert ran.stderr == run_python(say).stderr == 'warning\nconfigured again\n'
        assert [seen.item.body.string_value for seen in sink.logs()] == ['info', 'warning', 'again']
