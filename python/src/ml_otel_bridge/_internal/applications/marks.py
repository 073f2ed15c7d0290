"""The mark on an application that it is instrumented, and how that is undone."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_ATTRIBUTE = '_ml_otel_bridge'


@dataclass(frozen=True)
class Mark:
    """What was given, what is served instead (often the same), and the way back."""

    original: Any
    served: Any
    undo: Callable[[], None]


def mark_of(app: Any) -> Mark | None:
    """The mark, if it has one."""
    # Not getattr: a class's mark, or a wrapper that passes attributes on, is another's.
    own: dict[str, Any] = getattr(app, '__dict__', {})
    return own.get(_ATTRIBUTE)


def set_mark(original: Any, served: Any, mark: Mark | None) -> None:
    """Marks both, or removes the marks; what cannot hold attributes goes without."""
    for app in (original, served):
        with suppress(AttributeError, TypeError):
            if mark is None:
                delattr(app, _ATTRIBUTE)
            else:
                setattr(app, _ATTRIBUTE, mark)
