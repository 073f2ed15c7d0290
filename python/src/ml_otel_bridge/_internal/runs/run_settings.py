"""Settings of runs beside those of the client.

An argument of `init_run` goes before the variable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ml_otel_bridge._internal.runs.spool.folders import default_directory
from ml_otel_bridge._internal.settings import setting_parsers as parse
from ml_otel_bridge._internal.settings.settings import Setting, SettingsError

_MIB = 1024 * 1024

RUN_SETTINGS: Final = (
    Setting(
        'mode',
        'ML_OTEL_MODE',
        'online',
        parse.one_of('online', 'offline', 'disabled'),
        'online sends; offline only writes the spool; disabled does nothing',
    ),
    Setting('dir', 'ML_OTEL_DIR', None, parse.text, "where spools lie; else the user's data folder"),
    Setting('id', 'ML_OTEL_RUN_ID', None, parse.text, 'the id of the run; else it is made up'),
    Setting(
        'url',
        'ML_OTEL_URL',
        None,
        parse.url,
        "the explorer's page; else port 3000 where the receiver is on this machine",
    ),
    Setting(
        'spool_mib',
        'ML_OTEL_SPOOL_MIB',
        1024,
        parse.number(8, 1024 * 1024),
        'MiB that may wait on disk for one run; then the oldest steps are dropped',
    ),
    Setting(
        'step_attributes',
        'STEP_ATTRIBUTES',
        True,
        parse.switch,
        'epoch and batch on points; off for a collector that would make each step a series',
    ),
)


@dataclass(frozen=True)
class RunSettings:
    """What was asked for, checked."""

    mode: str
    dir: Path
    id: str | None
    url: str | None
    spool_bytes: int
    step_attributes: bool


def read_run_settings(arguments: Mapping[str, object], environ: Mapping[str, str]) -> RunSettings:
    """Settings out of the arguments (None counts as not given) and the variables.

    Raises:
        SettingsError: with all that is wrong.
    """
    issues: list[str] = []
    found: dict[str, Any] = {}
    for setting in RUN_SETTINGS:
        argument, variable = arguments.get(setting.name), environ.get(setting.ours, '').strip()
        name, value = (setting.name, argument) if argument is not None else (setting.ours, variable or None)
        found[setting.name] = setting.default
        if value is None:
            continue
        try:
            found[setting.name] = setting.parse(value)
        except ValueError as error:
            issues.append(f'{name}={value!r:.200}: expected {error}')
    if issues:
        raise SettingsError(issues)
    directory = Path(found['dir']).expanduser() if found['dir'] else default_directory()
    url = found['url']
    return RunSettings(
        mode=found['mode'],
        dir=directory.absolute(),
        id=found['id'],
        url=f'http:{url}' if url and url.startswith('//') else url,
        spool_bytes=int(found['spool_mib'] * _MIB),
        step_attributes=found['step_attributes'],
    )
