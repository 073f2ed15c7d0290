"""Expected failures, as click shows them."""

from collections.abc import Generator
from contextlib import contextmanager

import click

from ml_otel_bridge._internal.extras import MissingExtraError
from ml_otel_bridge._internal.importers.row import ImportFailedError
from ml_otel_bridge._internal.settings.settings import SettingsError


@contextmanager
def one_line() -> Generator[None]:
    """Turns what is expected to fail into its message and exit code 1."""
    try:
        yield
    except (ImportFailedError, MissingExtraError, SettingsError, OSError) as error:
        raise click.ClickException(str(error)) from error
