import logging
import threading

from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.sending.sender import FIRST_RETRY, LAST_RETRY, Progress, Sender


class SendLoop:
    """A sender in a thread of its own; it comes every `interval` seconds, and sooner when asked to."""

    def __init__(self, sender: Sender, interval: float, refusals: Refusals) -> None:
        self._sender = sender
        self._interval = interval
        self._refusals = refusals
        self._wake = threading.Event()
        self._stopped = False
        self._hurried = False
        self._thread = threading.Thread(target=self._run, name='ml-otel-sender', daemon=True)

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def hurry(self) -> None:
        """Sends at once, and retries soon, until all has been sent once."""
        self._hurried = True
        self._wake.set()

    def stop(self) -> None:
        """No further request begins."""
        self._stopped = True
        self._wake.set()

    def _run(self) -> None:
        from opentelemetry.context import attach, set_value  # noqa: PLC0415

        # Our requests are not part of what is observed: instrumented HTTP libraries look for this key.
        attach(set_value('suppress_instrumentation', True))
        while not self._stopped:
            try:
                progress = self._sender.send_next()
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the thread
                self._refusals.add('a fault in sending', repr(error)[:200], level=logging.ERROR)
                progress = Progress('waiting', LAST_RETRY)
            if progress.status == 'sent':
                continue
            self._hurried = self._hurried and progress.status == 'waiting'
            seconds = progress.seconds if progress.status == 'waiting' else self._interval
            self._wake.wait(min(seconds, FIRST_RETRY) if self._hurried else seconds)
            self._wake.clear()
