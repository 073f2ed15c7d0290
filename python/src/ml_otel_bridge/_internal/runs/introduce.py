"""Whether somebody answers, and where the page of a run is."""

import http.client
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

_LOCAL = {'localhost', '127.0.0.1', '::1', '0.0.0.0'}  # noqa: S104 - a name of this machine, not an address to listen on
DEFAULT_PAGE = 'http://localhost:3000'
_OK = 200
_SECONDS = 0.5
_EXPLORER_SECONDS = 2.0
"""For an explorer beside a receiver that is there: the machine is busy."""


def introduce(
    run: str, folder: Path | None, target: str, page: str | None, *, online: bool, show: bool
) -> str | None:
    """Prints where the run is to be seen, or where it is kept.

    Takes half a second at most, and two where a receiver is there and its explorer is slow.

    Args:
        run: its id.
        folder: of its spool.
        target: the receiver's address.
        page: the explorer's, where it was given.
        online: whether anything is sent.
        show: whether to print; false in all ranks of a distributed run but the first.

    Returns:
        The run's page; None where no explorer answers.
    """
    if not online:
        _say(f'run {run} is kept in {folder}; `ml-otel-py sync` sends it', show=show)
        return None
    base = page or (DEFAULT_PAGE if urlsplit(target).hostname in _LOCAL else None)
    questions = [lambda: receiver_answers(target, _SECONDS)]
    if base is not None:
        questions.append(lambda: explorer_answers(base, _EXPLORER_SECONDS))
    receiver, *explorer = ask_all(questions)
    url = run_url(base, run) if base is not None and any(explorer) else None
    if not receiver:
        _say(
            f'nobody answers at {target}: run {run} is kept in {folder} and sent once somebody does',
            show=show,
        )
    elif url is not None:
        _say(f'run {url}', show=show)
    else:
        _say(f'run {run} goes to {target}', show=show)
    return url


def _say(line: str, *, show: bool) -> None:
    if show:
        sys.stderr.write(f'ml-otel-bridge: {line}\n')
        sys.stderr.flush()


def without_user(url: str) -> str:
    """A URL without the name and password that it may hold: it is shown and written down."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition('@')[2]))


def run_url(base: str, run_id: str) -> str:
    """The page of a run."""
    return f'{base}/runs/{quote(run_id, safe="")}'


def explorer_answers(base: str, timeout: float) -> bool:
    """Whether an explorer is at this address: its `/healthz`."""
    try:
        parts = urlsplit(base)
        kind = http.client.HTTPSConnection if parts.scheme == 'https' else http.client.HTTPConnection
        connection = kind(parts.hostname or '', parts.port, timeout=timeout)
        try:
            connection.request('GET', f'{parts.path}/healthz')
            return connection.getresponse().status == _OK
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError):
        return False


def receiver_answers(endpoint: str, timeout: float) -> bool:
    """Whether somebody takes connections at the receiver's address."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port or (443 if parts.scheme == 'https' else 80)
        socket.create_connection((parts.hostname or '', port), timeout=timeout).close()
    except (OSError, ValueError):
        return False
    return True


def ask_all(questions: list[Callable[[], bool]]) -> list[bool]:
    """Asks all at once; an answer that takes too long (a name that does not resolve) is no.

    The first is waited for half a second; the others are given longer where its answer is yes.
    """
    answers = [False] * len(questions)

    def ask(index: int) -> None:
        answers[index] = questions[index]()

    threads = [threading.Thread(target=ask, args=(index,), daemon=True) for index in range(len(questions))]
    for thread in threads:
        thread.start()
    for index, thread in enumerate(threads):
        thread.join(_EXPLORER_SECONDS if index and answers[0] else _SECONDS)
    return list(answers)
