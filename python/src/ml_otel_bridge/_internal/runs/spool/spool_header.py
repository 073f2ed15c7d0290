import json
from dataclasses import asdict, dataclass
from typing import Any

from ml_otel_bridge._internal.runs.identity.identity import RunIdentity

_VERSION = 1


@dataclass(frozen=True)
class SpoolHeader:
    """Whose spool it is and where it was meant to go: what another process needs to send it.

    It holds no secret.
    """

    identity: RunIdentity
    resource: dict[str, Any]
    mode: str
    endpoint: str
    step_attributes: bool = True

    def encode(self) -> bytes:
        """As the first frame of a file holds it."""
        return json.dumps({'version': _VERSION, **asdict(self)}).encode()

    @classmethod
    def decode(cls, payload: bytes) -> 'SpoolHeader':
        """Of a frame.

        Raises:
            ValueError: where it is none that this version can read.
        """
        found = json.loads(payload)
        if found.get('version') != _VERSION:
            raise ValueError(
                f'a spool of version {found.get("version")!r}: this one reads version {_VERSION}'
            )
        try:
            return cls(
                RunIdentity(**found['identity']),
                dict(found['resource']),
                str(found['mode']),
                str(found['endpoint']),
                bool(found['step_attributes']),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f'the beginning of a spool cannot be read: {error}') from error
