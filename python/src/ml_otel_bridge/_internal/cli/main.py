"""Wires the commands of `ml-otel-py`, and makes one line of what fails."""

import sys

import click

from ml_otel_bridge._internal.cli.doctor_command import doctor
from ml_otel_bridge._internal.cli.import_command import import_group
from ml_otel_bridge._internal.cli.spools_command import spools
from ml_otel_bridge._internal.cli.sync_command import sync
from ml_otel_bridge._internal.version import __version__


@click.group(context_settings={'help_option_names': ['-h', '--help'], 'max_content_width': 100})
@click.version_option(__version__, prog_name='ml-otel-py')
def cli() -> None:
    """Training runs, as OpenTelemetry: import files, send what waits on disk, look whether somebody answers.

    It exits with 0 when all went well, with 1 when something could not be done, with 2 for a wrong command
    line.
    """


cli.add_command(doctor)
cli.add_command(import_group)
cli.add_command(spools)
cli.add_command(sync)


def main() -> None:
    """The program: never a stack trace."""
    try:
        cli.main(prog_name='ml-otel-py', standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo('Stopped.', err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what Python would still write must not fail, too.
        sys.stdout = None
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  a fault of ours; still no stack trace for who only imports a file
        text = str(error) or type(error).__name__
        click.echo(f'Error: {text} ({type(error).__name__}, unexpected: please report it)', err=True)
        sys.exit(1)
