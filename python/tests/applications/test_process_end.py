"""Processes that end in other ways than by their last line, and receivers that do not answer."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.children import ONLY_AT_THE_END, environment, run_python
from support.otlp_sink import Answer, OtlpSink, attributes_of, points_of

RECORD = """
import logging
from ml_otel_bridge import configure, counter, span
def record(name):
    with span(name):
        logging.getLogger('work').info(name)
    counter('works').add(1)
client = configure(service_name='worker')
"""


def variables(sink: OtlpSink) -> dict[str, str]:
    return {**ONLY_AT_THE_END, 'ML_OTEL_ENDPOINT': sink.http_endpoint}


def names(sink: OtlpSink) -> list[str]:
    return sorted(seen.item.name for seen in sink.spans())


def counted(sink: OtlpSink) -> dict[str, int]:
    """The last count of each process."""
    return {
        seen.resource['service.instance.id']: points_of(seen.item)[0].as_int for seen in sink.metrics('works')
    }


def test_a_program_that_ends_has_sent_everything() -> None:
    with OtlpSink() as sink:
        run_python(f"{RECORD}\nrecord('one')", variables(sink))
        assert (names(sink), [seen.item.body.string_value for seen in sink.logs()]) == (['one'], ['one'])
        assert list(counted(sink).values()) == [1]


def test_so_has_one_that_fails_or_is_told_to_end() -> None:
    with OtlpSink() as sink:
        run_python(f"{RECORD}\nrecord('failed')\nraise SystemExit(3)", variables(sink), expect=3)
        kill = 'import os, signal; os.kill(os.getpid(), signal.SIGTERM)'
        run_python(f"{RECORD}\nrecord('killed')\n{kill}", variables(sink), expect=-signal.SIGTERM)
        assert names(sink) == ['failed', 'killed']


def test_a_handler_for_sigterm_that_is_there_stays() -> None:
    script = f"""
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
{RECORD}
record('one')
os.kill(os.getpid(), signal.SIGTERM)
"""
    with OtlpSink() as sink:
        run_python(script, variables(sink), expect=7)
        assert names(sink) == ['one']


@pytest.mark.parametrize('method', ['fork', 'spawn', 'forkserver'])
def test_children_of_multiprocessing_send_their_own_and_only_that(method: str, tmp_path: Path) -> None:
    script = tmp_path / 'parent.py'
    script.write_text(f"""
import multiprocessing
{RECORD}
def work(number):
    record(f'child {{number}}')
if __name__ == '__main__':
    record('parent')
    context = multiprocessing.get_context('{method}')
    children = [context.Process(target=work, args=(number,)) for number in range(2)]
    for child in children: child.start()
    for child in children: child.join()
    record('parent')
""")
    with OtlpSink() as sink:
        subprocess.run(
            [sys.executable, str(script)], env=environment(variables(sink)), check=True, timeout=60
        )
        assert names(sink) == ['child 0', 'child 1', 'parent', 'parent']
        # A forked child that went on with its parent's counts would say 2.
        assert sorted(counted(sink).values()) == [1, 1, 2]


def test_a_forked_child_writes_to_no_connection_of_its_parent() -> None:
    script = f"""
import os, sys
{RECORD}
def record(name):
    # More than a socket takes at once: two that wrote to one connection would cut into each other.
    with span(name, pad='x' * 2_000_000):
        pass
record('before')
assert client.force_flush()   # There is an open connection now.
children = []
gate, opener = os.pipe()
for number in range(3):
    pid = os.fork()
    if pid == 0:
        os.close(opener)
        os.read(gate, 1)   # All at the same time.
        for _ in range(5):
            record(f'child {{number}}')
            assert client.force_flush()
        sys.exit(0)
    children.append(pid)
os.close(opener)
for _ in range(5):
    record('parent')
    assert client.force_flush()
for pid in children:
    assert os.waitpid(pid, 0)[1] == 0
"""
    with OtlpSink() as sink:
        run_python(script, variables(sink))
        children = [f'child {number}' for number in range(3) for _ in range(5)]
        assert names(sink) == ['before', *children, *['parent'] * 5]
        senders: dict[tuple[str, int] | None, set[str]] = {}
        for received in sink.of('traces'):
            (resource,) = received.message.resource_spans
            sender = attributes_of(resource.resource.attributes)['service.instance.id']
            senders.setdefault(received.peer, set()).add(sender)
        assert all(len(of_one_connection) == 1 for of_one_connection in senders.values())


def test_with_grpc_a_forked_child_sends_too() -> None:
    script = f"""
import os, sys
{RECORD}
record('before')
assert client.force_flush()
pid = os.fork()
record('child' if pid == 0 else 'parent')
if pid: assert os.waitpid(pid, 0)[1] == 0
sys.exit(0)
"""
    with OtlpSink() as sink:
        reached = {
            **ONLY_AT_THE_END,
            'ML_OTEL_ENDPOINT': sink.grpc_endpoint,
            'ML_OTEL_PROTOCOL': 'grpc',
        }
        run_python(script, reached)
        assert names(sink) == ['before', 'child', 'parent']


HELD_UP = 10.0  # OpenTelemetry alone takes 13 to 20 s; the figure itself is measured by bench/python-apps.


@pytest.mark.parametrize('protocol', ['http/protobuf', 'grpc'])
@pytest.mark.parametrize('receiver', ['hangs', 'refuses'])
def test_a_dead_receiver_does_not_hold_up_the_end_and_the_loss_is_said(protocol: str, receiver: str) -> None:
    with OtlpSink() as sink:
        sink.answer(Answer(hang=True))
        endpoint = sink.grpc_endpoint if protocol == 'grpc' else sink.http_endpoint
        if receiver == 'refuses':
            endpoint = 'http://127.0.0.1:9'
        script = f"{RECORD}\nfor _ in range(5): record('one')"
        started = time.monotonic()
        ran = run_python(script, {'ML_OTEL_ENDPOINT': endpoint, 'ML_OTEL_PROTOCOL': protocol})
        assert time.monotonic() - started < HELD_UP
        assert ran.stderr.count('spans are being lost') == 1, ran.stderr
        assert '5 spans did not reach' in ran.stderr
        assert '5 log records did not reach' in ran.stderr


def test_a_burst_of_log_records_is_not_dropped() -> None:
    script = f"""
{RECORD}
logger = logging.getLogger('burst')
for number in range(20_000):
    logger.info('%d', number)
client.shutdown(timeout=30)
"""
    with OtlpSink() as sink:
        ran = run_python(script, {'ML_OTEL_ENDPOINT': sink.http_endpoint})
        assert len({seen.item.body.string_value for seen in sink.logs()}) == 20_000
        assert 'lost' not in ran.stderr


def test_what_a_full_queue_drops_is_counted_and_said_once() -> None:
    script = f"""
{RECORD}
logger = logging.getLogger('burst')
for number in range(1_000):
    logger.info('%d', number)
print(client.lost['log records'])
client.shutdown(timeout=30)
"""
    with OtlpSink() as sink:
        size = {'OTEL_BLRP_MAX_QUEUE_SIZE': '100', 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE': '100'}
        sink.answer(Answer(hang=True), 'logs')
        process = subprocess.Popen(
            [sys.executable, '-c', script],
            env=environment({**size, **variables(sink)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        with process:
            lost = int(process.stdout.readline())
            sink.answer(Answer(), 'logs')
            said = process.stderr.read()
        # The SDK looks whether the queue is full before it appends: the other thread may have made room.
        assert 1_000 <= lost + len(sink.logs()) <= 1_010
        assert lost >= 700
        assert said.count('log records are being lost') == 1
        assert 'Queue full' not in said
        assert f'{lost:,} log records did not reach' in said


def test_exit_does_not_need_new_threads() -> None:
    # Python 3.12 and later forbids them then; this makes any version do so.
    script = f"""
{RECORD}
import atexit, threading
def forbidden(self):
    raise RuntimeError("can't create new thread at interpreter shutdown")
record('one')
atexit.register(setattr, threading.Thread, 'start', forbidden)
"""
    with OtlpSink() as sink:
        run_python(script, variables(sink))
        assert names(sink) == ['one']


def test_what_is_not_ours_is_not_touched_by_being_off() -> None:
    script = """
import logging, os, signal
import threading
def state():
    root = logging.getLogger()
    return logging.Logger.callHandlers, root.level, signal.getsignal(signal.SIGTERM), dict(os.environ)
before = state()
import ml_otel_bridge
client = ml_otel_bridge.configure(enabled=False)
assert before == state()
assert threading.active_count() == 1
"""
    run_python(script)
