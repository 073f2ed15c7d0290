import os
import re
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ml_otel_bridge._internal.runs import events
from ml_otel_bridge._internal.runs.core import RunCore
from ml_otel_bridge._internal.runs.environment import describe_environment, this_command
from ml_otel_bridge._internal.runs.folders import default_directory
from ml_otel_bridge._internal.runs.frames import FrameKind
from ml_otel_bridge._internal.runs.identity import RunIdentity
from ml_otel_bridge._internal.runs.last_run import read_last_run, write_last_run
from ml_otel_bridge._internal.runs.limits import MAX_ID_LENGTH
from ml_otel_bridge._internal.runs.page_url import (
    ask_both,
    explorer_answers,
    page_base,
    receiver_answers,
    run_url,
)
from ml_otel_bridge._internal.runs.pipeline import Pipeline, PipelineOptions
from ml_otel_bridge._internal.runs.plain import to_mapping
from ml_otel_bridge._internal.runs.ranks import rank_from, shared_id_from
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.requests_of import resource_bytes
from ml_otel_bridge._internal.runs.resource import run_resource
from ml_otel_bridge._internal.runs.run import Run
from ml_otel_bridge._internal.runs.spool_header import SpoolHeader
from ml_otel_bridge._internal.runs.sync import sync_in_background
from ml_otel_bridge._internal.runs.system_sink import encode_readings
from ml_otel_bridge._internal.runs.timestamps import to_nanoseconds
from ml_otel_bridge._internal.settings import Settings, read_settings
from ml_otel_bridge._internal.system_metrics import Reading, SystemMetricsSampler

Mode = Literal['online', 'offline', 'disabled']
HEARTBEAT_SECONDS = 30.0
_MODES = ('online', 'offline', 'disabled')
_ASK_SECONDS = 0.5
_ENVIRONMENT_SECONDS = 1.0
_UNPRINTABLE = re.compile(r'[\x00-\x1f\x7f]')


def init_run(
    project: str,
    *,
    name: str | None = None,
    id: str | None = None,  # noqa: A002 - the word everybody expects
    model: str | None = None,
    dataset: str | None = None,
    config: Mapping[str, Any] | object | None = None,
    tags: Sequence[str] = (),
    group: str | None = None,
    resume: bool | None = None,
    mode: Mode | None = None,
    rank: int | None = None,
    dir: str | os.PathLike[str] | None = None,  # noqa: A002 - likewise
    ordered: bool = True,
    start_time: float | datetime | None = None,
    heartbeat: bool = True,
    environment: bool = True,
    system_metrics: bool = True,
    endpoint: str | None = None,
    headers: Mapping[str, str] | None = None,
    protocol: str | None = None,
) -> Run:
    """Starts a run and prints one line: its page, or where its spool lies when nobody answers.

    Args:
        project: what the run belongs to.
        name: what to call the run; default: its id.
        id: what tells the run from others (`job.id`). The same id continues the run, as a further attempt.
            Default: made of the name or project, the time and chance; in a distributed run, of what the
                launcher calls the job.
        model: default: the project.
        dataset: default: empty.
        config: hyperparameters: a mapping, a dataclass or an `argparse.Namespace`.
        tags: words to find the run by.
        group: what it is compared with.
        resume: true, without an id: continue the last run of the project that began in this `dir`.
        mode: `online` sends; `offline` only writes the spool, for `ml-otel-py sync`; `disabled` does
            nothing. Default: the variable ML_OTEL_MODE, else online.
        rank: of this process in a distributed run. Default: RANK, SLURM_PROCID or OMPI_COMM_WORLD_RANK.
        dir: where spools lie. Default: the variable ML_OTEL_DIR, else the user's data folder.
        ordered: false where steps are logged out of order on purpose: a falling step then opens no attempt.
        start_time: when it began: seconds or nanoseconds since 1970, or a datetime. Default: now.
        heartbeat: whether the run says every 30 s that it is alive.
        environment: whether git's commit and diff, the command line and the versions of packages go into the
            configuration.
        system_metrics: whether CPU, memory and GPUs are read every 10 s.
        endpoint: as for `configure`, like `headers` and `protocol`.
        headers: of each request.
        protocol: `http/protobuf` or `grpc`.

    Raises:
        ValueError: a name, an id, a mode or a rank that cannot be used; SettingsError among them.
        TypeError: a config that is none.
        MissingExtraError: the protocol is grpc and its package is not installed.
    """
    environ = os.environ
    settings = read_settings({'endpoint': endpoint, 'headers': headers, 'protocol': protocol}, environ)
    chosen = _mode(mode, environ, settings)
    directory = (
        Path(dir or environ.get('ML_OTEL_DIR', '').strip() or default_directory()).expanduser().absolute()
    )
    project = _checked('project', project)
    if rank is None:
        rank = rank_from(environ)
    elif isinstance(rank, bool) or not 0 <= rank <= 1_000_000:  # noqa: PLR2004 - the bridge's own limit
        raise ValueError(f'rank: expected a whole number from 0 to 1000000, got {rank!r}')
    quiet = Refusals()
    start = None if start_time is None else to_nanoseconds(start_time, quiet.add)
    run_id = _run_id(project, name, id, resume=resume, rank=rank, directory=directory, environ=environ)
    identity = RunIdentity(
        run_id,
        _checked('model', model) if model else project,
        _checked('dataset', dataset) if dataset else '',
        rank,
        time.time_ns() if start is None else start,
    )
    given = dict(to_mapping(config)) if config is not None else {}
    resource = run_resource(settings, project)
    encoded = resource_bytes(resource)
    encoder = events.EventEncoder(identity, encoded)
    if chosen == 'disabled':
        core = RunCore(identity, None, resource, encoder)
        core.config.update(given)
        return Run(core)

    online = chosen == 'online'
    step_attributes = environ.get('STEP_ATTRIBUTES', '').strip().lower() not in ('off', 'false', '0')
    target = settings.endpoint_for('metrics')
    header = SpoolHeader(identity, resource, chosen, target, step_attributes)
    pipeline = Pipeline(header, encoded, PipelineOptions(directory, settings))
    core = RunCore(identity, pipeline, resource, encoder)
    core.config.update(given)
    if environment:
        arguments, here = this_command(), Path.cwd()
        core.describe(lambda: {'environment': describe_environment(arguments, here)}, _ENVIRONMENT_SECONDS)
    pipeline.every_turn = core.every_turn
    core.begin(_labels(project, name, tags, group, ordered=ordered), HEARTBEAT_SECONDS if heartbeat else None)
    if system_metrics:
        _sample_system(core, encoded)
    write_last_run(directory, project, run_id)
    if online:
        sync_in_background(directory, settings, target)
    _introduce(core, target, environ, online=online, show=not rank)
    return Run(core)


def _mode(mode: str | None, environ: Mapping[str, str], settings: Settings) -> str:
    chosen = mode or environ.get('ML_OTEL_MODE', '').strip() or 'online'
    if chosen not in _MODES:
        raise ValueError(f'mode: expected one of {", ".join(_MODES)}, got {chosen!r}')
    return chosen if settings.enabled else 'disabled'


def _checked(field: str, value: str) -> str:
    if not isinstance(value, str) or not value.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f'{field}: expected a text that is not empty, got {value!r}')
    if len(value) > MAX_ID_LENGTH or _UNPRINTABLE.search(value):
        raise ValueError(f'{field}: expected at most {MAX_ID_LENGTH} characters and no control characters')
    return value


def _run_id(
    project: str,
    name: str | None,
    given: str | None,
    *,
    resume: bool | None,
    rank: int | None,
    directory: Path,
    environ: Mapping[str, str],
) -> str:
    chosen = given or environ.get('ML_OTEL_RUN_ID', '').strip() or None
    if chosen is not None:
        return _checked('id', chosen)
    if resume:
        last = read_last_run(directory, project)
        if last is not None:
            return last
    slug = re.sub(r'[^a-zA-Z0-9._-]+', '-', name or project)[:100].strip('-') or 'run'
    shared = shared_id_from(environ) if rank is not None else None
    if shared is not None:
        return _checked('id', f'{slug}-{shared}')
    return f'{slug}-{time.strftime("%Y%m%d-%H%M%S")}-{secrets.token_hex(3)}'


def _labels(
    project: str, name: str | None, tags: Sequence[str], group: str | None, *, ordered: bool
) -> dict[str, Any]:
    labels: dict[str, Any] = {'ml.project': project}
    if name:
        labels['label.name'] = name
    if group:
        labels['label.group'] = group
    for tag in [tags] if isinstance(tags, str) else tags:
        labels[f'label.tag.{str(tag)[:200]}'] = 'true'
    if not ordered:
        labels['ml.run.ordered'] = False
    return labels


def _sample_system(core: RunCore, resource: bytes) -> None:
    def take(readings: Sequence[Reading], at: int) -> None:
        core.send(FrameKind.METRICS, lambda: encode_readings(readings, at, core.identity, resource))

    sampler = SystemMetricsSampler(take)
    sampler.start()
    core.accompany(sampler)


def _introduce(core: RunCore, target: str, environ: Mapping[str, str], *, online: bool, show: bool) -> None:
    run, folder = core.identity.job_id, core.pipeline.folder if core.pipeline else None
    if not online:
        if show:
            _say(f'run {run} is kept in {folder}; `ml-otel-py sync` sends it')
        return
    base = page_base(target, environ)
    questions = [lambda: receiver_answers(target, _ASK_SECONDS)]
    if base is not None:
        questions.append(lambda: explorer_answers(base, _ASK_SECONDS))
    answers = ask_both(questions, _ASK_SECONDS)
    page = run_url(base, run) if base is not None and answers[-1] and len(answers) > 1 else None
    core.url = page
    if not show:
        return
    if page is not None:
        _say(f'run {page}')
    elif answers[0]:
        _say(f'run {run} goes to {target}')
    else:
        _say(f'nobody answers at {target}: run {run} is kept in {folder} and sent once somebody does')


def _say(line: str) -> None:
    sys.stderr.write(f'ml-otel-bridge: {line}\n')
    sys.stderr.flush()
