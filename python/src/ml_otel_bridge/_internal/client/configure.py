"""`configure`: from settings to a client, on top of what OpenTelemetry providers the process has already."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from opentelemetry import _logs, metrics, trace
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from ml_otel_bridge._internal.client.client import Client
from ml_otel_bridge._internal.client.clients import CLIENTS
from ml_otel_bridge._internal.client.exporter_chatter import ExporterChatter
from ml_otel_bridge._internal.client.log_capture import capture_logs
from ml_otel_bridge._internal.client.losses import Losses
from ml_otel_bridge._internal.client.pipelines import LogPipeline, MetricPipeline, Pipeline, SpanPipeline
from ml_otel_bridge._internal.client.process_end import flush_on_sigterm
from ml_otel_bridge._internal.outgoing import instrument_outgoing
from ml_otel_bridge._internal.semantic_conventions import use_stable_http
from ml_otel_bridge._internal.settings.setting_parsers import AttributeValue
from ml_otel_bridge._internal.settings.settings import Settings, read_settings


def configure(
    *,
    service_name: str | None = None,
    endpoint: str | None = None,
    protocol: Literal['http/protobuf', 'grpc'] | None = None,
    headers: Mapping[str, str] | None = None,
    resource_attributes: Mapping[str, AttributeValue] | None = None,
    traces: bool | None = None,
    metrics: bool | None = None,
    logs: bool | None = None,
    log_level: int | str | None = None,
    set_global: bool = True,
    export_timeout: float | None = None,
    shutdown_timeout: float | None = None,
    enabled: bool | None = None,
) -> Client:
    """Says where telemetry goes and starts to send it.

    What is not given is looked for in our variable (`ML_OTEL_…`), then in OpenTelemetry's (`OTEL_…`).
    Nothing is asked, nothing goes anywhere but to `endpoint`.

    Args:
        service_name: Name of the service; else the name of the program.
        endpoint: The receiver, such as `http://localhost:4318`, without `/v1/…`.
        protocol: `http/protobuf`, or `grpc`, which wants the extra of that name.
        headers: Headers of each request. The token of `ML_OTEL_TOKEN` needs no header.
        resource_attributes: Attributes of all that is sent, such as `deployment.environment.name`.
        traces: Send traces.
        metrics: Send metrics.
        logs: Send log records.
        log_level: Least level of `logging` that is sent, as name or number; else info.
        set_global: Take the process: its OpenTelemetry providers (those that are there stay and are
            extended), its `logging`, its outgoing calls. False: only what is made through the client is sent.
        export_timeout: Seconds that a request and its repetitions may take; else 10.
        shutdown_timeout: Seconds that the end of the process may be held up; else 2.
        enabled: False: the client does nothing at all.

    Returns:
        The client. It flushes by itself when the process ends.

    Raises:
        SettingsError: with all that is wrong.
        MissingExtraError: the protocol is grpc and the extra is not installed.

    Examples:
        >>> import ml_otel_bridge
        >>> client = ml_otel_bridge.configure(service_name='shop', enabled=False)
        >>> client.settings.endpoint_for('traces')
        'http://localhost:4318/v1/traces'
    """
    given: dict[str, object] = {
        'service_name': service_name,
        'endpoint': endpoint,
        'protocol': protocol,
        'headers': headers,
        'resource_attributes': resource_attributes,
        'traces': traces,
        'metrics': metrics,
        'logs': logs,
        'log_level': log_level,
        'export_timeout': export_timeout,
        'shutdown_timeout': shutdown_timeout,
        'enabled': enabled,
    }
    return client_of(read_arguments(given), set_global=set_global)


def read_arguments(arguments: Mapping[str, object], *, default_service_name: str | None = None) -> Settings:
    """The settings of these arguments and this process's environment; see `configure`."""
    settings = read_settings(arguments, os.environ)
    if settings.service_name or 'service.name' in settings.resource_attributes:
        return settings
    return replace(settings, service_name=default_service_name)


def client_of(settings: Settings, *, set_global: bool) -> Client:
    """The client of these settings; see `configure`."""
    same = find_client(settings)
    if set_global and same is not None:
        return same
    losses = Losses(settings.endpoint_for('traces').removesuffix('/v1/traces'))
    chatter = ExporterChatter()
    if not settings.enabled:
        return Client(settings, (), losses, chatter)
    use_stable_http()
    resource = Resource.create({**settings.resource_attributes, 'service.name': service_name_of(settings)})
    pipelines: list[Pipeline] = []
    tracer_provider = meter_provider = logger_provider = None
    if settings.traces:
        spans = SpanPipeline(settings, losses, chatter)
        pipelines.append(spans)
        tracer_provider = _tracer_provider(resource, set_global=set_global)
        tracer_provider.add_span_processor(spans.processor)
    if settings.metrics:
        values = MetricPipeline(settings, losses, chatter)
        pipelines.append(values)
        meter_provider = _meter_provider(resource, set_global=set_global)
        values.add_to(meter_provider)
    if settings.logs:
        records = LogPipeline(settings, losses, chatter)
        pipelines.append(records)
        logger_provider = _logger_provider(resource, set_global=set_global)
        logger_provider.add_log_record_processor(records.processor)
    client = Client(
        settings,
        pipelines,
        losses,
        chatter,
        tracer_provider=tracer_provider,
        meter_provider=meter_provider,
        logger_provider=logger_provider,
        is_global=set_global,
    )
    if set_global:
        _take_the_process(client, logger_provider)
    return client


def find_client(settings: Settings | None = None) -> Client | None:
    """The newest client of the process, of these settings if they are given, that has not ended."""
    for member in reversed(CLIENTS.all()):
        if (
            isinstance(member, Client)
            and member.is_global
            and (settings is None or settings == member.settings)
        ):
            return member
    return None


def _take_the_process(client: Client, logger_provider: LoggerProvider | None) -> None:
    """What there is one of in a process: its `logging`, its outgoing calls, its signals."""
    if logger_provider is not None:
        client.at_shutdown(capture_logs(logger_provider, client.settings.log_level))
    if client.settings.traces:
        instrument_outgoing()
    flush_on_sigterm(_flush_all)


def _flush_all() -> None:
    for member in CLIENTS.all():
        member.flush_at_exit()


def service_name_of(settings: Settings) -> str:
    """The name that was asked for, else the one among the resource's attributes, else the program's."""
    named = settings.service_name or settings.resource_attributes.get('service.name')
    return str(named) if named else Path(sys.argv[0] or 'python').stem or 'python'


# Ours are not ended by the SDK at exit: it would do so one after the other, each with its own limit.


def _tracer_provider(resource: Resource, *, set_global: bool) -> TracerProvider:
    present = trace.get_tracer_provider()
    if set_global and isinstance(present, TracerProvider):
        return present
    made = TracerProvider(resource=resource, shutdown_on_exit=False)
    if set_global:
        trace.set_tracer_provider(made)
    return made


def _meter_provider(resource: Resource, *, set_global: bool) -> MeterProvider:
    present = metrics.get_meter_provider()
    if set_global and isinstance(present, MeterProvider):
        return present
    made = MeterProvider(resource=resource, shutdown_on_exit=False)
    if set_global:
        metrics.set_meter_provider(made)
    return made


def _logger_provider(resource: Resource, *, set_global: bool) -> LoggerProvider:
    present = _logs.get_logger_provider()
    if set_global and isinstance(present, LoggerProvider):
        return present
    made = LoggerProvider(resource=resource, shutdown_on_exit=False)
    if set_global:
        _logs.set_logger_provider(made)
    return made
