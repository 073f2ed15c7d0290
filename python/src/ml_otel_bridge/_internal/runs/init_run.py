import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ml_otel_bridge._internal.runs.core import RunCore
from ml_otel_bridge._internal.runs.identity.environment import describe_environment, this_command
from ml_otel_bridge._internal.runs.identity.identity import RunIdentity
from ml_otel_bridge._internal.runs.identity.last_run import write_last_run
from ml_otel_bridge._internal.runs.identity.ranks import rank_from
from ml_otel_bridge._internal.runs.identity.resource import run_resource
from ml_otel_bridge._internal.runs.identity.run_id import checked_name, choose_run_id
from ml_otel_bridge._internal.runs.introduce import introduce, without_user
from ml_otel_bridge._internal.runs.otlp import events
from ml_otel_bridge._internal.runs.otlp.requests_of import resource_bytes
from ml_otel_bridge._internal.runs.pipeline import Pipeline, PipelineOptions
from ml_otel_bridge._internal.runs.refusals import Refusals
from ml_otel_bridge._internal.runs.run import Run
from ml_otel_bridge._internal.runs.run_settings import read_run_settings
from ml_otel_bridge._internal.runs.spool.frames import FrameKind
from ml_otel_bridge._internal.runs.spool.spool_header import SpoolHeader
from ml_otel_bridge._internal.runs.sync import sync_in_background
from ml_otel_bridge._internal.runs.system_sink import encode_readings
from ml_otel_bridge._internal.runs.values.plain import to_mapping
from ml_otel_bridge._internal.runs.values.timestamps import to_nanoseconds
from ml_otel_bridge._internal.settings.settings import read_settings
from ml_otel_bridge._internal.system_metrics import Reading, SystemMetricsSampler

Mode = Literal['online', 'offline', 'disabled']
HEARTBEAT_SECONDS = 30.0
_ENVIRONMENT_SECONDS = 1.0


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
    given_dir = None if dir is None else os.fspath(dir)
    own = read_run_settings({'mode': mode, 'dir': given_dir, 'id': id}, environ)
    mode_now = own.mode if settings.enabled else 'disabled'
    project = checked_name('project', project)
    if rank is None:
        rank = rank_from(environ)
    elif isinstance(rank, bool) or not 0 <= rank <= 1_000_000:  # noqa: PLR2004 - the bridge's own limit
        raise ValueError(f'rank: expected a whole number from 0 to 1000000, got {rank!r}')
    quiet = Refusals()
    start = None if start_time is None else to_nanoseconds(start_time, quiet.add)
    run_id = choose_run_id(project, name, own, resume=resume, rank=rank, environ=environ)
    identity = RunIdentity(
        run_id,
        checked_name('model', model) if model else project,
        checked_name('dataset', dataset) if dataset else '',
        rank,
        time.time_ns() if start is None else start,
    )
    given = dict(to_mapping(config)) if config is not None else {}
    resource = run_resource(settings, project)
    encoded = resource_bytes(resource)
    encoder = events.EventEncoder(identity, encoded)
    if mode_now == 'disabled':
        core = RunCore(identity, None, resource, encoder)
        core.config.update(given)
        return Run(core)

    online = mode_now == 'online'
    target = without_user(settings.endpoint_for('metrics'))
    header = SpoolHeader(identity, resource, mode_now, target, own.step_attributes)
    pipeline = Pipeline(header, encoded, PipelineOptions(own.dir, settings, own.spool_bytes))
    core = RunCore(identity, pipeline, resource, encoder)
    core.config.update(given)
    if environment:
        arguments, here = this_command(), Path.cwd()
        core.describe(lambda: {'environment': describe_environment(arguments, here)}, _ENVIRONMENT_SECONDS)
    pipeline.every_turn = core.every_turn
    core.begin(_labels(project, name, tags, group, ordered=ordered), HEARTBEAT_SECONDS if heartbeat else None)
    if system_metrics:
        _sample_system(core, encoded)
    write_last_run(own.dir, project, run_id)
    if online:
        sync_in_background(own.dir, settings, target)
    core.url = introduce(run_id, pipeline.folder, target, own.url, online=online, show=not rank)
    return Run(core)


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
