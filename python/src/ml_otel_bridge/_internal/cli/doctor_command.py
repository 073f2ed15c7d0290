"""`ml-otel-py doctor`."""

import os
import time

import click
from rich.markup import escape
from rich.table import Table

from ml_otel_bridge._internal.cli.connection import connection_options, settings_of
from ml_otel_bridge._internal.cli.consoles import wide_console
from ml_otel_bridge._internal.cli.failure import one_line
from ml_otel_bridge._internal.runs.sending.clients import make_clients
from ml_otel_bridge._internal.runs.sending.outcome import Outcome
from ml_otel_bridge._internal.settings.settings import SIGNALS

_ADVICE = {
    'retry': 'nobody takes it now: is the explorer or the collector running, and is the address right?',
    'forbidden': 'set ML_OTEL_TOKEN (or ML_OTEL_TOKEN_FILE) to the token of the receiver',
    'unsupported': 'this address has no such service: is it the receiver, and the protocol the right one?',
    'refused': 'the receiver does not understand it: is the protocol the right one?',
    'too_large': 'the receiver takes no requests, not even an empty one',
}
_SHOWN = {'retry': 'not now', 'unsupported': 'no such service', 'too_large': 'too large'}


@click.command()
@connection_options
def doctor(endpoint: str | None, protocol: str | None, headers: tuple[str, ...]) -> None:
    """Say whether the receiver takes traces, metrics and logs.

    Sends each signal one empty request, which leaves no trace. Exits with 0 when all three are taken.
    """
    with one_line():
        settings = settings_of(endpoint, protocol, headers)
        clients = make_clients(settings, os.environ)
    table = Table('signal', 'protocol', 'address', 'answer', 'ms', box=None, pad_edge=False)
    answers: list[Outcome] = []
    for signal in SIGNALS:
        began = time.perf_counter()
        answer = clients[signal].send(b'')
        took = (time.perf_counter() - began) * 1_000
        clients[signal].close()
        answers.append(answer)
        shown = (
            '[green]taken[/]'
            if answer.status == 'sent'
            else f'[red]{_SHOWN.get(answer.status, answer.status)}[/]'
        )
        address = escape(settings.endpoint_for(signal))
        table.add_row(signal, settings.protocol_for(signal), address, shown, f'{took:.0f}')
    console = wide_console()
    console.print(table)
    failed = [answer for answer in answers if answer.status != 'sent']
    # The signals mostly fail alike: each kind is said once.
    for answer in {answer.status: answer for answer in failed}.values():
        console.print(f'{answer.reason}\n  {_ADVICE[answer.status]}', markup=False)
    if failed:
        raise SystemExit(1)
