"""Every setting of the SDK, declared once: argument, environment variables, default and what it means.

A value is looked for in this order: the argument, our variable (`ML_OTEL_*`), OpenTelemetry's (`OTEL_*`; the
one of the signal before the one of all signals), the default. An empty variable counts as unset.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal
from urllib.parse import urlsplit, urlunsplit

from ml_otel_bridge._internal.settings import setting_parsers as parse
from ml_otel_bridge._internal.settings.setting_parsers import AttributeValue, Parse

Signal = Literal['traces', 'metrics', 'logs']
Protocol = Literal['http/protobuf', 'grpc']
_LONGEST_TIMEOUT: Final = 300
SIGNALS: Final[tuple[Signal, ...]] = ('traces', 'metrics', 'logs')


class SettingsError(ValueError):
    """Settings that cannot be used. The text names each: where it came from, its value and what is accepted.

    Examples:
        >>> from ml_otel_bridge import SettingsError, configure
        >>> try:
        ...     configure(protocol='udp', export_timeout=-1)
        ... except SettingsError as error:
        ...     print(error)
        2 settings cannot be used:
          protocol='udp': expected http/protobuf or grpc
          export_timeout=-1: expected a number from 0.05 to 300
    """

    def __init__(self, issues: list[str]) -> None:
        self.issues = tuple(issues)
        count = '1 setting' if len(issues) == 1 else f'{len(issues)} settings'
        super().__init__('\n  '.join([f'{count} cannot be used:', *issues]))


@dataclass(frozen=True)
class Setting:
    """One setting. `ours` and `theirs` are variables; `merged` ones add up key by key, the nearer winning."""

    name: str
    ours: str
    default: Any
    parse: Parse
    doc: str
    theirs: tuple[tuple[str, Parse], ...] = ()
    merged: bool = False
    secret: bool = False


def _seconds_or_milliseconds(value: object) -> float:
    # The specification says milliseconds, the Python SDK reads seconds: nobody means 10 ms or an hour.
    read = parse.number(0.05, 1_000 * _LONGEST_TIMEOUT)(value)
    return read if read <= _LONGEST_TIMEOUT else read / 1_000


def _milliseconds(value: object) -> float:
    return parse.number(1, 86_400_000)(value) / 1_000


def _exporter(value: object) -> bool:
    return parse.text(value).lower() != 'none'


def _disabled(value: object) -> bool:
    return not parse.switch(value)


def _per_signal(prefix: str, suffix: str, reader: Parse) -> tuple[tuple[str, Parse], ...]:
    return tuple((f'{prefix}_{signal.upper()}_{suffix}', reader) for signal in SIGNALS)


SETTINGS: Final = (
    Setting(
        'service_name',
        'ML_OTEL_SERVICE_NAME',
        None,
        parse.text,
        'name of the service; else the name of the app or of the program',
        (('OTEL_SERVICE_NAME', parse.text),),
    ),
    Setting(
        'endpoint',
        'ML_OTEL_ENDPOINT',
        None,
        parse.url,
        'the receiver, without /v1/…; else http://localhost:4318, or :4317 for grpc',
        (('OTEL_EXPORTER_OTLP_ENDPOINT', parse.url),),
    ),
    Setting(
        'protocol',
        'ML_OTEL_PROTOCOL',
        'http/protobuf',
        parse.one_of('http/protobuf', 'grpc'),
        'how OTLP travels; grpc wants the extra of that name',
        (('OTEL_EXPORTER_OTLP_PROTOCOL', parse.one_of('http/protobuf', 'grpc')),),
    ),
    Setting(
        'headers',
        'ML_OTEL_HEADERS',
        MappingProxyType[str, str]({}),
        parse.headers,
        'headers of each request',
        (('OTEL_EXPORTER_OTLP_HEADERS', parse.headers),),
        merged=True,
        secret=True,
    ),
    Setting(
        'token',
        'ML_OTEL_TOKEN',
        None,
        parse.token,
        'bearer token of the receiver; ML_OTEL_TOKEN_FILE names a file that holds it instead',
        secret=True,
    ),
    Setting(
        'resource_attributes',
        'ML_OTEL_RESOURCE_ATTRIBUTES',
        MappingProxyType[str, AttributeValue]({}),
        parse.attributes,
        'attributes of the resource of all that is sent',
        (('OTEL_RESOURCE_ATTRIBUTES', parse.attributes),),
        merged=True,
    ),
    Setting(
        'traces', 'ML_OTEL_TRACES', True, parse.switch, 'send traces', (('OTEL_TRACES_EXPORTER', _exporter),)
    ),
    Setting(
        'metrics',
        'ML_OTEL_METRICS',
        True,
        parse.switch,
        'send metrics',
        (('OTEL_METRICS_EXPORTER', _exporter),),
    ),
    Setting('logs', 'ML_OTEL_LOGS', True, parse.switch, 'send logs', (('OTEL_LOGS_EXPORTER', _exporter),)),
    Setting(
        'log_level',
        'ML_OTEL_LOG_LEVEL',
        20,
        parse.log_level,
        'least level of `logging` that is sent; default info',
        (('OTEL_PYTHON_LOG_HANDLER_LEVEL', parse.log_level),),
    ),
    Setting(
        'export_timeout',
        'ML_OTEL_EXPORT_TIMEOUT',
        10.0,
        parse.number(0.05, _LONGEST_TIMEOUT),
        'seconds that one request and its repetitions may take',
        (('OTEL_EXPORTER_OTLP_TIMEOUT', _seconds_or_milliseconds),),
    ),
    Setting(
        'shutdown_timeout',
        'ML_OTEL_SHUTDOWN_TIMEOUT',
        2.0,
        parse.number(0, _LONGEST_TIMEOUT),
        'seconds that the end of the process may wait for what is still to be sent',
    ),
    Setting(
        'metric_interval',
        'ML_OTEL_METRIC_INTERVAL',
        10.0,
        parse.number(0.05, 86_400),
        'seconds between two exports of the metrics',
        (('OTEL_METRIC_EXPORT_INTERVAL', _milliseconds),),
    ),
    Setting(
        'insecure',
        'ML_OTEL_INSECURE',
        True,
        parse.switch,
        'an endpoint without a scheme is plain text; false: TLS',
        (('OTEL_EXPORTER_OTLP_INSECURE', parse.switch),),
    ),
    Setting(
        'enabled',
        'ML_OTEL_ENABLED',
        True,
        parse.switch,
        'false: nothing is installed, nothing is sent',
        (('OTEL_SDK_DISABLED', _disabled),),
    ),
)

# OpenTelemetry knows these for one signal too: they go before the one of all signals.
_OF_ONE_SIGNAL: Final = (
    *_per_signal('OTEL_EXPORTER_OTLP', 'ENDPOINT', parse.url),
    *_per_signal('OTEL_EXPORTER_OTLP', 'PROTOCOL', parse.one_of('http/protobuf', 'grpc')),
    *_per_signal('OTEL_EXPORTER_OTLP', 'HEADERS', parse.headers),
)


@dataclass(frozen=True)
class Settings:
    """What was asked for, checked. Durations are in seconds."""

    service_name: str | None
    headers: Mapping[str, str]
    resource_attributes: Mapping[str, AttributeValue]
    traces: bool
    metrics: bool
    logs: bool
    log_level: int
    export_timeout: float
    shutdown_timeout: float
    metric_interval: float
    enabled: bool
    protocol: Protocol
    endpoint: str | None
    token: str | None
    insecure: bool
    # By variable: what `_OF_ONE_SIGNAL` found where no argument and no variable of ours goes before it.
    of_one_signal: Mapping[str, Any]

    def sends(self, signal: Signal) -> bool:
        """Whether this signal is sent at all."""
        return self.enabled and {'traces': self.traces, 'metrics': self.metrics, 'logs': self.logs}[signal]

    def protocol_for(self, signal: Signal) -> Protocol:
        """The protocol of this signal."""
        return self.of_one_signal.get(f'OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL', self.protocol)

    def headers_for(self, signal: Signal) -> dict[str, str]:
        """The headers of this signal's requests, names in lower case, the bearer token among them."""
        return {**self.headers, **self.of_one_signal.get(f'OTEL_EXPORTER_OTLP_{signal.upper()}_HEADERS', {})}

    def endpoint_for(self, signal: Signal) -> str:
        """The URL for this signal: with `/v1/<signal>` for HTTP, `http(s)://host:port` for gRPC."""
        grpc = self.protocol_for(signal) == 'grpc'
        exact = self.of_one_signal.get(f'OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT')
        base: str = exact or self.endpoint or f'http://localhost:{4317 if grpc else 4318}'
        if base.startswith('//'):
            base = f'{"http" if self.insecure else "https"}:{base}'
        if grpc:
            return urlunsplit(urlsplit(base)._replace(path='', query='', fragment=''))
        return base if exact or base.endswith(f'/v1/{signal}') else f'{base}/v1/{signal}'


def read_settings(arguments: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Settings out of the arguments (None: not given) and the variables; pure but for the token's file.

    Raises:
        SettingsError: with all that is wrong, an argument that does not exist among it.

    Examples:
        >>> from ml_otel_bridge._internal.settings.settings import read_settings
        >>> settings = read_settings({'protocol': 'grpc'}, {'ML_OTEL_TOKEN': 'abc'})
        >>> settings.endpoint_for('traces'), settings.headers_for('traces')
        ('http://localhost:4317', {'authorization': 'Bearer abc'})
    """
    issues: list[str] = []
    known = {setting.name for setting in SETTINGS}
    issues += [f'{name}: there is no such setting' for name in arguments if name not in known]
    environ = _with_token_file(environ, issues)
    values: dict[str, Any] = {}
    near: set[str] = set()
    for setting in SETTINGS:
        found = list(_found(setting, arguments, environ, issues))
        if any(source == 'near' for source, _ in found):
            near.add(setting.name)
        values[setting.name] = _joined(setting, found)
    of_one_signal = {
        variable: value
        for variable, reader in _OF_ONE_SIGNAL
        if (value := _read(variable, environ.get(variable, ''), reader, issues, secret='HEADERS' in variable))
        is not None
        and not _goes_before(variable, near)
    }
    values['headers'], of_one_signal = _with_token(values, of_one_signal, arguments, environ)
    if issues:
        raise SettingsError(issues)
    return Settings(**values, of_one_signal=of_one_signal)


def _found(
    setting: Setting, arguments: Mapping[str, object], environ: Mapping[str, str], issues: list[str]
) -> Iterator[tuple[Literal['near', 'far'], Any]]:
    """Good values of a setting, best first; `near` is an argument or our variable."""
    argument = arguments.get(setting.name)
    if argument is not None:
        try:
            yield 'near', setting.parse(argument)
        except ValueError as error:
            issues.append(_issue(setting.name, argument, error, secret=setting.secret))
    own = _read(setting.ours, environ.get(setting.ours, ''), setting.parse, issues, secret=setting.secret)
    if own is not None:
        yield 'near', own
    for variable, reader in setting.theirs:
        theirs = _read(variable, environ.get(variable, ''), reader, issues, secret=setting.secret)
        if theirs is not None:
            yield 'far', theirs


def _joined(setting: Setting, found: list[tuple[Literal['near', 'far'], Any]]) -> Any:
    if not setting.merged:
        return found[0][1] if found else setting.default
    joined: dict[str, Any] = {}
    for _, part in reversed(found):
        joined.update(part)
    return joined


def _read(variable: str, held: str, reader: Parse, issues: list[str], *, secret: bool) -> Any:
    if not held.strip():
        return None
    try:
        return reader(held)
    except ValueError as error:
        issues.append(_issue(variable, held, error, secret=secret))
        return None


def _issue(name: str, value: object, error: ValueError, *, secret: bool) -> str:
    shown = '(not shown)' if secret else repr(value)[:200]
    return f'{name}={shown}: expected {error}'


def _goes_before(variable: str, near: set[str]) -> bool:
    """Whether an argument or a variable of ours decides what this variable of one signal would."""
    return (variable.endswith('_ENDPOINT') and 'endpoint' in near) or (
        variable.endswith('_PROTOCOL') and 'protocol' in near
    )


def _with_token_file(environ: Mapping[str, str], issues: list[str]) -> Mapping[str, str]:
    path = environ.get('ML_OTEL_TOKEN_FILE', '').strip()
    if not path:
        return environ
    if environ.get('ML_OTEL_TOKEN', '').strip():
        issues.append('ML_OTEL_TOKEN and ML_OTEL_TOKEN_FILE are both set: expected one of them')
        return environ
    try:
        with Path(path).open(encoding='utf-8') as file:
            held = file.read(parse.MAX_TEXT + 1)
    except (OSError, UnicodeDecodeError) as error:
        issues.append(f'ML_OTEL_TOKEN_FILE={path!r}: cannot be read: {error}')
        return environ
    if not held.strip():
        issues.append(f'ML_OTEL_TOKEN_FILE={path!r}: the file is empty: expected the token')
    return {**environ, 'ML_OTEL_TOKEN': held}


def _with_token(
    values: Mapping[str, Any],
    of_one_signal: dict[str, Any],
    arguments: Mapping[str, object],
    environ: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers with the bearer token: it goes before OTel's variables, and after headers given to us."""
    given: dict[str, str] = {}
    for source in (environ.get('ML_OTEL_HEADERS', ''), arguments.get('headers')):
        # What is wrong with them is among the issues already.
        with suppress(ValueError):
            given.update(parse.headers(source) if source else {})
    if values['token'] is not None:
        given = {'authorization': f'Bearer {values["token"]}', **given}
    exact = {
        variable: {**value, **given} if variable.endswith('_HEADERS') else value
        for variable, value in of_one_signal.items()
    }
    return {**values['headers'], **given}, exact
