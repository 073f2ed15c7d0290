from pathlib import Path

import pytest

from ml_otel_bridge import SettingsError
from ml_otel_bridge._internal.settings.settings import read_settings


def test_an_argument_goes_before_our_variable_before_opentelemetrys_before_localhost() -> None:
    both = {'ML_OTEL_ENDPOINT': 'http://ours:1', 'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://theirs:2'}
    theirs = {'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://theirs:2/'}
    assert (
        read_settings({'endpoint': 'http://given:3'}, both).endpoint_for('logs') == 'http://given:3/v1/logs'
    )
    assert read_settings({}, both).endpoint_for('logs') == 'http://ours:1/v1/logs'
    assert read_settings({}, theirs).endpoint_for('logs') == 'http://theirs:2/v1/logs'
    assert read_settings({}, {}).endpoint_for('logs') == 'http://localhost:4318/v1/logs'
    assert read_settings({'protocol': 'grpc'}, {}).endpoint_for('logs') == 'http://localhost:4317'


def test_opentelemetrys_variable_of_one_signal_is_taken_as_it_is_unless_ours_decides() -> None:
    environ = {
        'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://all:1',
        'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT': 'http://traces:2/in',
        'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL': 'grpc',
    }
    settings = read_settings({}, environ)
    assert settings.endpoint_for('traces') == 'http://traces:2/in'
    assert settings.endpoint_for('logs') == 'http://all:1/v1/logs'
    assert settings.protocol_for('metrics') == 'grpc'
    assert settings.endpoint_for('metrics') == 'http://all:1'
    ours = read_settings({'protocol': 'http/protobuf'}, {**environ, 'ML_OTEL_ENDPOINT': 'http://ours:3'})
    assert ours.endpoint_for('traces') == 'http://ours:3/v1/traces'
    assert ours.protocol_for('metrics') == 'http/protobuf'


@pytest.mark.parametrize(
    ('insecure', 'expected'), [('', 'http://collector:4317'), ('false', 'https://collector:4317')]
)
def test_an_endpoint_without_a_scheme_is_plain_text_unless_told_otherwise(
    insecure: str, expected: str
) -> None:
    environ = {'OTEL_EXPORTER_OTLP_ENDPOINT': 'collector:4317', 'OTEL_EXPORTER_OTLP_INSECURE': insecure}
    assert read_settings({'protocol': 'grpc'}, environ).endpoint_for('traces') == expected


def test_headers_add_up_and_the_nearer_one_wins() -> None:
    environ = {
        'OTEL_EXPORTER_OTLP_HEADERS': 'a=far,b=far,c=far',
        'OTEL_EXPORTER_OTLP_LOGS_HEADERS': 'a=logs,d=logs%20only',
        'ML_OTEL_HEADERS': 'A=ours,b=ours',
    }
    settings = read_settings({'headers': {'a': 'given'}}, environ)
    assert settings.headers_for('traces') == {'a': 'given', 'b': 'ours', 'c': 'far'}
    assert settings.headers_for('logs') == {'a': 'given', 'b': 'ours', 'c': 'far', 'd': 'logs only'}


def test_the_token_becomes_a_bearer_header_unless_a_header_was_given_to_us(tmp_path: Path) -> None:
    theirs = {'OTEL_EXPORTER_OTLP_HEADERS': 'authorization=Bearer theirs', 'ML_OTEL_TOKEN': 'ours'}
    assert read_settings({}, theirs).headers_for('logs') == {'authorization': 'Bearer ours'}
    given = read_settings({'headers': {'Authorization': 'Basic x'}}, theirs)
    assert given.headers_for('logs') == {'authorization': 'Basic x'}
    file = tmp_path / 'token'
    file.write_text('from-a-file\n')
    from_file = read_settings({}, {'ML_OTEL_TOKEN_FILE': str(file)})
    assert from_file.headers_for('logs') == {'authorization': 'Bearer from-a-file'}


def test_all_that_is_wrong_is_said_at_once_and_no_secret_is() -> None:
    environ = {
        'ML_OTEL_PROTOCOL': 'udp',
        'OTEL_METRIC_EXPORT_INTERVAL': 'often',
        'ML_OTEL_TOKEN': 'very secret',
        'ML_OTEL_TOKEN_FILE': '/nowhere/at/all',
    }
    with pytest.raises(SettingsError) as raised:
        read_settings({'endpoint': 'ftp://x', 'log_level': 'loud', 'colour': 'red'}, environ)
    issues = '\n'.join(raised.value.issues)
    assert len(raised.value.issues) == 7
    for name in ('endpoint', 'log_level', 'colour', *environ):
        assert name in issues
    assert 'very secret' not in issues


@pytest.mark.parametrize(
    ('name', 'value'),
    [
        ('endpoint', 'http://'),
        ('endpoint', 'http://host:0'),
        ('endpoint', 'http://host:99999'),
        ('endpoint', 'http://a b'),
        ('endpoint', 'x' * 10_000),
        ('endpoint', 4318),
        ('headers', 'no-equals'),
        ('headers', {'bad name': 'x'}),
        ('headers', {'x': 'line\nbreak'}),
        ('headers', {f'h{n}': 'x' for n in range(1_000)}),
        ('export_timeout', 0),
        ('export_timeout', float('nan')),
        ('export_timeout', True),
        ('shutdown_timeout', -1),
        ('service_name', ' '),
        ('service_name', 'a\x00b'),
        ('resource_attributes', {'x': object()}),
        ('traces', 'perhaps'),
    ],
)
def test_a_hostile_value_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f'^1 setting cannot be used:\n  {name}='):
        read_settings({name: value}, {})


def test_durations_of_opentelemetrys_variables_come_out_in_seconds() -> None:
    environ = {'OTEL_METRIC_EXPORT_INTERVAL': '2500', 'OTEL_EXPORTER_OTLP_TIMEOUT': '10000'}
    settings = read_settings({}, environ)
    assert (settings.metric_interval, settings.export_timeout) == (2.5, 10.0)
    assert read_settings({}, {'OTEL_EXPORTER_OTLP_TIMEOUT': '10'}).export_timeout == 10.0


def test_opentelemetrys_switches_hold() -> None:
    settings = read_settings({}, {'OTEL_TRACES_EXPORTER': 'none', 'OTEL_LOGS_EXPORTER': 'otlp'})
    assert (settings.sends('traces'), settings.sends('logs'), settings.sends('metrics')) == (
        False,
        True,
        True,
    )
    off = read_settings({}, {'OTEL_SDK_DISABLED': 'true'})
    assert not off.enabled
    assert not off.sends('logs')
    assert read_settings({'enabled': True}, {'OTEL_SDK_DISABLED': 'true'}).enabled
