"""Whether somebody answers, and where the page of a run is."""

import http.client
import socket
import threading
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

_LOCAL = {'localhost', '127.0.0.1', '::1', '0.0.0.0'}  # noqa: S104 - a name of this machine, not an address to listen on
_DEFAULT = 'http://localhost:3000'
_OK = 200


def page_base(endpoint: str, environ: Mapping[str, str]) -> str | None:
    """Address of the explorer's page: ML_OTEL_URL, else port 3000 where the receiver is on this machine."""
    given = environ.get('ML_OTEL_URL', '').strip().rstrip('/')
    if given:
        return given if '://' in given else f'http://{given}'
    return _DEFAULT if urlsplit(endpoint).hostname in _LOCAL else None


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


def ask_both(questions: list[Callable[[], bool]], seconds: float) -> list[bool]:
    """Asks all at once; an answer that takes longer than `seconds` (names that do not resolve) is no."""
    answers = [False] * len(questions)

    def ask(index: int) -> None:
        answers[index] = questions[index]()

    threads = [threading.Thread(target=ask, args=(index,), daemon=True) for index in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    return list(answers)
