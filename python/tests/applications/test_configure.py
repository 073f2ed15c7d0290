import logging

import pytest

from ml_otel_bridge import configure
from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.settings.settings import Protocol
from support.otlp_sink import Answer, OtlpSink, points_of


def client_to(sink: OtlpSink, protocol: Protocol) -> Client:
    endpoint = sink.grpc_endpoint if protocol == 'grpc' else sink.http_endpoint
    return configure(
        service_name='shop', endpoint=endpoint, protocol=protocol, headers={'x-tenant': 'a'}, set_global=False
    )


@pytest.mark.parametrize('protocol', ['http/protobuf', 'grpc'])
def test_all_three_signals_arrive_with_resource_and_headers(protocol: Protocol) -> None:
    with OtlpSink() as sink, client_to(sink, protocol) as client:
        with client.tracer.start_as_current_span('work', attributes={'n': 3}):
            client.event_logger.emit(body='hello')
        client.meter.create_counter('jobs').add(2)
        assert client.force_flush()
        span, record, metric = sink.spans()[0], sink.logs()[0], sink.metrics('jobs')[0]
        assert span.attributes == {'n': 3}
        assert record.item.trace_id == span.item.trace_id
        assert [point.as_int for point in points_of(metric.item)] == [2]
        for seen in (span, record, metric):
            assert seen.resource['service.name'] == 'shop'
        assert all(received.headers['x-tenant'] == 'a' for received in sink.received)


def test_a_disabled_client_sends_nothing_and_installs_nothing() -> None:
    handlers = list(logging.getLogger().handlers)
    with OtlpSink() as sink:
        client = configure(endpoint=sink.http_endpoint, enabled=False)
        with client.tracer.start_as_current_span('work') as span:
            assert not span.is_recording()
        client.meter.create_counter('jobs').add(1)
        client.event_logger.emit(body='hello')
        assert client.force_flush()
        assert client.shutdown()
        assert sink.received == []
        assert logging.getLogger().handlers == handlers


def test_after_shutdown_nothing_is_sent_and_nothing_raises() -> None:
    with OtlpSink() as sink:
        client = client_to(sink, 'http/protobuf')
        assert client.shutdown()
        sent = len(sink.received)
        with client.tracer.start_as_current_span('late'):
            pass
        assert client.force_flush()
        assert client.shutdown()
        assert len(sink.received) == sent


def test_what_a_busy_receiver_turns_away_is_sent_again() -> None:
    with OtlpSink() as sink, client_to(sink, 'http/protobuf') as client:
        sink.answer(Answer(status=503, retry_after='0'), 'traces')
        with client.tracer.start_as_current_span('work'):
            pass
        sink.wait_for(lambda: sink.refused)
        sink.answer(Answer(), 'traces')
        sink.wait_for(lambda: sink.spans('work'))
