from dataclasses import dataclass

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue


@dataclass(frozen=True)
class RunIdentity:
    """What tells one run's series from another's.

    `start` is nanoseconds since 1970, None where it is not known.
    """

    job_id: str
    model_name: str
    dataset: str = ''
    rank: int | None = None
    start: int | None = None

    def attributes(self) -> list[KeyValue]:
        """The attributes that every point and event of the run carries."""
        texts = {'job.id': self.job_id, 'model.name': self.model_name, 'dataset': self.dataset}
        attributes = [KeyValue(key=key, value=AnyValue(string_value=text)) for key, text in texts.items()]
        if self.rank is not None:
            attributes.append(KeyValue(key='rank', value=AnyValue(int_value=self.rank)))
        return attributes
