"""The options that say where telemetry goes; the same for each command that sends."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ml_otel_bridge._internal.settings.settings import Settings, read_settings

_Command = TypeVar('_Command', bound=Callable[..., Any])


def connection_options(command: _Command) -> _Command:
    """Adds `--endpoint`, `--protocol` and `--header`. The token is no argument: others would see it."""
    for option in (
        click.option(
            '--header',
            'headers',
            multiple=True,
            metavar='NAME=VALUE',
            help='Header of each request. For a token set ML_OTEL_TOKEN or ML_OTEL_TOKEN_FILE.',
        ),
        click.option(
            '--protocol', type=click.Choice(['http/protobuf', 'grpc']), help='Default: http/protobuf.'
        ),
        click.option(
            '--endpoint',
            metavar='URL',
            help='The receiver. Default: ML_OTEL_ENDPOINT, else http://localhost:4318.',
        ),
    ):
        command = option(command)
    return command


def settings_of(endpoint: str | None, protocol: str | None, headers: tuple[str, ...]) -> Settings:
    """Raises `SettingsError` with all that is wrong, click.BadParameter for a header that is none."""
    pairs: dict[str, str] = {}
    for header in headers:
        name, separator, value = header.partition('=')
        if not separator or not name.strip():
            raise click.BadParameter(f'expected NAME=VALUE, got {header!r}', param_hint='--header')
        pairs[name.strip()] = value.strip()
    arguments = {'endpoint': endpoint, 'protocol': protocol, 'headers': pairs or None}
    return read_settings(arguments, os.environ)
