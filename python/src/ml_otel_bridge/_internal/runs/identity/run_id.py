import re
import secrets
import time
from collections.abc import Mapping

from ml_otel_bridge._internal.runs.identity.last_run import read_last_run
from ml_otel_bridge._internal.runs.identity.ranks import shared_id_from
from ml_otel_bridge._internal.runs.limits import MAX_ID_LENGTH
from ml_otel_bridge._internal.runs.run_settings import RunSettings

_UNPRINTABLE = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff]')
_MAX_SLUG = 100


def checked_name(field: str, value: str) -> str:
    """A project's, run's, model's or data set's name.

    Raises:
        ValueError: it is empty, too long, or holds control characters.
    """
    if not isinstance(value, str) or not value.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f'{field}: expected a text that is not empty, got {value!r}')
    if len(value) > MAX_ID_LENGTH or _UNPRINTABLE.search(value):
        raise ValueError(f'{field}: expected at most {MAX_ID_LENGTH} characters and no control characters')
    return value


def choose_run_id(
    project: str,
    name: str | None,
    settings: RunSettings,
    *,
    resume: bool | None,
    rank: int | None,
    environ: Mapping[str, str],
) -> str:
    """The id that was given, else the last of the project to go on with, else one that is made.

    The processes of a distributed run make the same one, of what their launcher calls the job.
    """
    if settings.id is not None:
        return checked_name('id', settings.id)
    if resume:
        last = read_last_run(settings.dir, project)
        if last is not None:
            return last
    slug = re.sub(r'[^a-zA-Z0-9._-]+', '-', name or project)[:_MAX_SLUG].strip('-') or 'run'
    shared = shared_id_from(environ) if rank is not None else None
    if shared is not None:
        return checked_name('id', f'{slug}-{shared}')
    return f'{slug}-{time.strftime("%Y%m%d-%H%M%S")}-{secrets.token_hex(3)}'
