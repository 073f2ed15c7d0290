from abc import ABC, abstractmethod

from ml_otel_bridge._internal.runs.sending.outcome import Outcome


class Transport(ABC):
    """The way to one service of the receiver."""

    @abstractmethod
    def send(self, request: bytes) -> Outcome:
        """Sends one export request, encoded. Never raises."""

    @abstractmethod
    def close(self) -> None:
        """Closes its connections."""
