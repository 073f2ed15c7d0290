import pytest

from ml_otel_bridge import (
    configure,
    counter,
    event,
    force_flush,
    gauge,
    get_logger,
    histogram,
    shutdown,
    span,
)
from support.otlp_sink import OtlpSink, attributes_of, points_of


def test_instruments_made_before_configure_count_after_it(sink: OtlpSink) -> None:
    orders = counter('orders', unit='{order}', description='Orders placed.')
    sizes = histogram('sizes', unit='By', buckets=[10, 100])
    waiting = gauge('waiting')
    configure(service_name='hand', endpoint=sink.http_endpoint)
    orders.add(2, {'country': 'de'})
    for size in (5, 50, 500):
        sizes.record(size)
    waiting.set(3)
    waiting.set(1)
    assert force_flush()
    (count,) = points_of(sink.metrics('orders')[0].item)
    assert (count.as_int, attributes_of(count.attributes)) == (2, {'country': 'de'})
    assert sink.metrics('orders')[0].item.unit == '{order}'
    (distribution,) = points_of(sink.metrics('sizes')[0].item)
    assert (list(distribution.explicit_bounds), list(distribution.bucket_counts)) == ([10, 100], [1, 1, 1])
    assert [point.as_int for point in points_of(sink.metrics('waiting')[0].item)] == [1]


def test_an_event_has_a_name_attributes_and_the_trace(sink: OtlpSink) -> None:
    configure(service_name='hand', endpoint=sink.http_endpoint)
    with span('deploy'):
        event('model.deployed', {'layers': [1, 2]}, model='resnet', version=3)
    with pytest.raises(ValueError, match='needs a name'):
        event('')
    assert force_flush()
    (record,) = sink.logs()
    assert (record.item.event_name, record.attributes) == (
        'model.deployed',
        {'model': 'resnet', 'version': 3},
    )
    assert record.item.trace_id == sink.spans('deploy')[0].item.trace_id


def test_a_logger_is_that_of_the_standard_library(sink: OtlpSink) -> None:
    configure(service_name='hand', endpoint=sink.http_endpoint)
    get_logger('hand.made').warning('careful: %s', 'wet', extra={'floor': 2})
    assert force_flush()
    (record,) = sink.logs('careful: wet')
    assert (record.scope.name, record.item.severity_text, record.attributes) == (
        'hand.made',
        'WARN',
        {'floor': 2},
    )


def test_without_configure_all_of_it_is_inert(sink: OtlpSink) -> None:
    with span('nothing') as current:
        assert not current.is_recording()
    counter('nothing').add(1)
    event('nothing')
    assert force_flush()
    assert shutdown()
    assert not sink.received
