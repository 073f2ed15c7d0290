"""`get_logger` and `event`."""

import logging
import time

from opentelemetry import _logs
from opentelemetry._logs import SeverityNumber
from opentelemetry.util.types import AnyValue

from ml_otel_bridge._internal.version import __version__


def get_logger(name: str | None = None) -> logging.Logger:
    """A logger of the standard library: what it logs is sent with the id of the current trace.

    So is what any other logger of `logging` logs; this is `logging.getLogger`, to be found here.

    Args:
        name: Usually `__name__`; else the root logger.

    Returns:
        The logger.

    Examples:
        >>> from ml_otel_bridge import get_logger
        >>> get_logger('shop').info('order %s', 17, extra={'country': 'de'})
    """
    return logging.getLogger(name)


def event(name: str, /, body: AnyValue = None, **attributes: AnyValue) -> None:
    """Sends an OpenTelemetry event: a log record with a name, at severity info, in the current trace.

    Args:
        name: What happened, such as `model.deployed`.
        body: A text, or anything that JSON could hold.
        **attributes: The same; names with dots through `**{'a.b': 1}`.

    Raises:
        ValueError: the name is empty.

    Examples:
        >>> from ml_otel_bridge import event
        >>> event('model.deployed', model='resnet', version=3)
    """
    if not name:
        raise ValueError("an event needs a name, such as 'model.deployed'")
    now = time.time_ns()
    _logs.get_logger('ml_otel_bridge', __version__).emit(
        timestamp=now,
        observed_timestamp=now,
        severity_number=SeverityNumber.INFO,
        severity_text='INFO',
        body=body,
        attributes=attributes,
        event_name=name,
    )
