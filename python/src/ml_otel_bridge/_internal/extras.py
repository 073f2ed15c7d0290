"""Packages that only some users need: imported late, and named by the line that installs them."""

from collections.abc import Generator
from contextlib import contextmanager


class MissingExtraError(ImportError):
    """A package of an extra of `ml-otel-bridge` is not installed; the text is the line that installs it.

    Examples:
        >>> from ml_otel_bridge import MissingExtraError
        >>> str(MissingExtraError('flask', 'flask'))
        "flask is not installed: pip install 'ml-otel-bridge[flask]'"
    """

    def __init__(self, extra: str, missing: str) -> None:
        super().__init__(f"{missing} is not installed: pip install 'ml-otel-bridge[{extra}]'", name=missing)
        self.extra = extra


@contextmanager
def needs_extra(extra: str) -> Generator[None]:
    """Around imports that this extra brings: turns a missing package into a MissingExtraError."""
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(extra, error.name or 'a package') from error
