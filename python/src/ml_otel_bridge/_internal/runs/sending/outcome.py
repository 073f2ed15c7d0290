from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """What became of a request, as the OTLP specification has it ("Failures", "Partial Success").

    `sent`; `retry` it, after `wait` seconds where the receiver said so; `refused` for good; `unsupported`,
    the receiver has no such service; `forbidden`, nothing will be taken with these headers; `too_large`.
    """

    status: Literal['sent', 'retry', 'refused', 'unsupported', 'forbidden', 'too_large']
    reason: str = ''
    wait: float | None = None
    rejected: int = 0
    """Points or records of a sent request that the receiver did not take."""


SENT = Outcome('sent')
