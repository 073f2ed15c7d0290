"""Who is speaking: the resource of all that a run sends."""

import platform
import socket
from collections.abc import Mapping

from opentelemetry.sdk.version import __version__ as sdk_version

from ml_otel_bridge._internal.settings.settings import Settings


def run_resource(settings: Settings, project: str) -> dict[str, object]:
    """The SDK, host and operating system, then what the settings say; the service is called as its project.

    There is no `service.instance.id` unless the settings name one, and no process id: either would be
    another at each restart, and every series in Prometheus with it
    (docs/decisions/0008-no-service-instance-id.md).
    """
    own: Mapping[str, object] = {
        'telemetry.sdk.language': 'python',
        'telemetry.sdk.name': 'opentelemetry',
        'telemetry.sdk.version': sdk_version,
        'host.name': socket.gethostname(),
        'os.type': platform.system().lower(),
    }
    service = settings.service_name or settings.resource_attributes.get('service.name') or project
    return {**own, **settings.resource_attributes, 'service.name': service}
