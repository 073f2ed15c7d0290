"""Records of `logging` on their way to OpenTelemetry, each with the trace that it was written in.

The capture stands before the handlers of a logger, not among them: a handler at the root logger would miss
loggers that do not propagate (uvicorn's), keep `basicConfig` from doing anything and silence the console
where nobody configured logging.
"""

# pyright: reportMissingTypeStubs=false
import copy
import logging
from collections.abc import Callable

from opentelemetry._logs import LoggerProvider
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY, get_value  # pyright: ignore[reportPrivateUsage]
from opentelemetry.instrumentation.logging.handler import LoggingHandler

# What sending itself says would be sent again, without an end.
_OWN = ('opentelemetry', 'ml_otel_bridge')


class _Handler(LoggingHandler):
    """OpenTelemetry's handler; it never raises, whatever the record holds."""

    def flush(self) -> None:
        """Nothing: the client flushes. OpenTelemetry's starts a thread, which Python forbids at its end."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
            # Such as the name of a file that is not UTF-8: protobuf takes no lone surrogates.
            if not message.isascii() and (sound := _sound(message)) != message:
                record = copy.copy(record)
                record.msg, record.args = sound, None
            super().emit(record)
        except Exception:  # noqa: BLE001
            # Arguments that do not fit the message, or attributes that cannot be read: the message remains.
            plain = copy.copy(record)
            plain.__dict__ = {**logging.makeLogRecord({}).__dict__, **_standard(record)}
            plain.msg, plain.args, plain.exc_info = _sound(str(record.msg)), None, None
            super().emit(plain)


def capture_logs(provider: LoggerProvider, level: int) -> Callable[[], None]:
    """Sends what is logged from this level on to the provider; the returned function stops that.

    Where nobody has set up `logging` its threshold is warning; it is lowered to `level`, which shows nothing
    more on the console.
    """
    handler = _Handler(level=level, logger_provider=provider)
    logging.getLogger('ml_otel_bridge')
    before = logging.Logger.callHandlers
    root = logging.getLogger()
    lowered = not root.handlers and root.level == logging.WARNING and level < logging.WARNING
    active = True
    if lowered:
        root.setLevel(level)

    def call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
        if active and record.levelno >= level and not _is_chatter(record):
            handler.handle(record)
        before(self, record)

    logging.Logger.callHandlers = call_handlers

    def stop() -> None:
        nonlocal active
        active = False
        # Another one may have been put over it; then it stays, and does nothing.
        if logging.Logger.callHandlers is call_handlers:
            logging.Logger.callHandlers = before
        if lowered and root.level == level:
            root.setLevel(logging.WARNING)

    return stop


def _sound(text: str) -> str:
    return text.encode('utf-8', 'backslashreplace').decode()


def _is_chatter(record: logging.LogRecord) -> bool:
    return record.name.partition('.')[0] in _OWN or bool(get_value(_SUPPRESS_INSTRUMENTATION_KEY))


def _standard(record: logging.LogRecord) -> dict[str, object]:
    known = logging.makeLogRecord({}).__dict__
    return {name: value for name, value in record.__dict__.items() if name in known}
