import logging
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest

import ml_otel_bridge
from ml_otel_bridge import counter, histogram, init_run, span
from ml_otel_bridge.testing import CapturedTelemetry, capture_telemetry

pytest_plugins = ['pytester']


def test_spans_with_their_parents_and_exceptions() -> None:
    with capture_telemetry(service_name='shop') as telemetry:
        with pytest.raises(ValueError, match='no rows'), span('outer', rows=3), span('inner'):
            raise ValueError('no rows')
        outer, inner = telemetry.spans
        assert (outer.name, outer.attributes['rows'], outer.service) == ('outer', 3, 'shop')
        assert (inner.parent_id, inner.trace_id) == (outer.span_id, outer.trace_id)
        assert inner.status == 'error'
        assert [name for name, _ in inner.events] == ['exception']
        assert inner.start >= outer.start
        assert inner.end <= outer.end


def test_logs_carry_their_span() -> None:
    with capture_telemetry() as telemetry:
        with span('work'):
            logging.getLogger('shop').warning('low on %s', 'tea')
        (log,) = [log for log in telemetry.logs if log.body == 'low on tea']
        (work,) = telemetry.spans
        assert (log.severity, log.trace_id, log.span_id) == ('WARN', work.trace_id, work.span_id)


def test_metrics_have_their_last_value() -> None:
    with capture_telemetry() as telemetry:
        orders = counter('test.orders')
        for kind in ('tea', 'tea', 'rice'):
            orders.add(1, {'order.kind': kind})
        histogram('test.size').record(5)
        assert telemetry.metric('test.orders', order_kind='tea').value == 2
        assert telemetry.metric('test.size').count == 1
        orders.add(1, {'order.kind': 'tea'})
        assert telemetry.metric('test.orders', order_kind='tea').value == 3
        with pytest.raises(AssertionError, match='there are 2'):
            telemetry.metric('test.orders')


def test_runs_with_their_points() -> None:
    with capture_telemetry() as telemetry:
        with init_run('digits', id='r1', model='m', config={'lr': 0.1}, tags=['a'], environment=False) as run:
            for step in range(3):
                run.log({'loss': 1 / (step + 1), 'eval': {'map': step}}, step=step, epoch=0)
        captured = telemetry.run
        assert (captured.id, captured.project, captured.model) == ('r1', 'digits', 'm')
        assert (captured.status, captured.config, captured.labels) == (
            'finished',
            {'lr': 0.1},
            {'tag.a': 'true'},
        )
        assert captured.values('loss') == [1, 0.5, 1 / 3]
        assert [(point.step, point.epoch) for point in captured.points if point.metric == 'eval.map'] == [
            (0, 0),
            (1, 0),
            (2, 0),
        ]
        assert telemetry.points == captured.points
        assert telemetry.logs == []
        with init_run('digits', environment=False, system_metrics=False) as other:
            other.log({'loss': 1})
        with pytest.raises(AssertionError, match='expected one run, there are 2'):
            _ = telemetry.run


def test_what_another_process_sends() -> None:
    program = "import ml_otel_bridge as m\nm.configure(service_name='child')\nwith m.span('there'): pass"
    with capture_telemetry() as telemetry:
        environment = {**os.environ, 'PYTHONPATH': ':'.join(sys.path)}
        subprocess.run([sys.executable, '-c', program], env=environment, timeout=60, check=True)
        telemetry.wait_for(lambda: telemetry.spans)
        assert [(one.name, one.service) for one in telemetry.spans] == [('there', 'child')]
        with pytest.raises(AssertionError, match=r'in 0\.1 s'):
            telemetry.wait_for(lambda: False, timeout=0.1)


def test_a_configure_of_ones_own_makes_nothing_twice() -> None:
    with capture_telemetry() as telemetry:
        ml_otel_bridge.configure(service_name='own')
        with span('once'):
            logging.getLogger('shop').warning('said once')
        assert [one.name for one in telemetry.spans] == ['once']
        assert [log.body for log in telemetry.logs] == ['said once']


def test_afterwards_all_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('ML_OTEL_DIR', '/before')
    monkeypatch.delenv('ML_OTEL_ENDPOINT', raising=False)
    for name in ('one', 'two'):
        with capture_telemetry() as telemetry:
            with span(name):
                pass
            assert [one.name for one in telemetry.spans] == [name]
            telemetry.clear()
            assert telemetry.spans == []
    assert os.environ['ML_OTEL_DIR'] == '/before'
    assert 'ML_OTEL_ENDPOINT' not in os.environ
    assert 'ml-otel-testing' not in {thread.name for thread in threading.enumerate()}


def test_what_is_no_otlp_is_refused() -> None:
    with capture_telemetry() as telemetry:
        for path, body, status in (('/v1/traces', b'\xff\xff', 400), ('/other', b'', 404)):
            request = urllib.request.Request(telemetry.endpoint + path, data=body, method='POST')  # noqa: S310
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)  # noqa: S310
            assert refused.value.code == status
            refused.value.close()


def test_the_fixture(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeconftest("pytest_plugins = ['ml_otel_bridge.testing']")
    monkeypatch.setenv('PYTHONPATH', ':'.join(sys.path))
    pytester.makepyfile(
        """
        from ml_otel_bridge import span

        def test_work(ml_otel):
            with span('work'):
                pass
            assert [span.name for span in ml_otel.spans] == ['work']
        """
    )
    result = pytester.runpytest_subprocess('-p', 'no:cacheprovider')
    result.assert_outcomes(passed=1)


def test_the_types_are_public() -> None:
    assert CapturedTelemetry.__module__.startswith('ml_otel_bridge.')
