"""Trackers, each as its documentation says it is to be used. `kept` counts the steps after `close`."""

import json
import os
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Contestant(Protocol):
    def log(self, data: dict[str, float], step: int) -> None: ...
    def close(self) -> None: ...
    def kept(self) -> int | None: ...


class JsonFile:
    """`json.dumps` and a line in a file: no tracker, what a line of text costs."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / 'steps.jsonl'
        self._file = self._path.open('w')

    def log(self, data: dict[str, float], step: int) -> None:
        self._file.write(json.dumps({**data, 'step': step}) + '\n')

    def close(self) -> None:
        self._file.close()

    def kept(self) -> int:
        return sum(1 for _ in self._path.open())


class Ours:
    def __init__(self, folder: Path, endpoint: str = '', mode: str = 'online') -> None:
        import ml_otel_bridge

        self._folder = folder
        self._run = ml_otel_bridge.init_run('bench', dir=folder, endpoint=endpoint or None, mode=mode)

    def log(self, data: dict[str, float], step: int) -> None:
        self._run.log(data, step=step)

    def close(self) -> None:
        self._run.finish()

    def kept(self) -> int | None:
        return None


class OursOffline(Ours):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, mode='offline')

    def kept(self) -> int:
        from ml_otel_bridge._internal.runs.spool.frames import FrameKind, decode_frames

        kept = 0
        for path in sorted(self._folder.glob('*/*.spool')):
            strides: dict[int, int] = {}
            for kind, payload, _ in decode_frames(path.read_bytes()):
                if kind == FrameKind.LAYOUT:
                    number, *keys = json.loads(payload)
                    strides[number] = 8 + 8 * len(keys)
                elif kind == FrameKind.STEPS:
                    kept += (len(payload) - 4) // strides[struct.unpack_from('<I', payload)[0]]
        return kept


class WandbOffline:
    def __init__(self, folder: Path) -> None:
        import wandb

        self._folder = folder
        self._run = wandb.init(project='bench', mode='offline', dir=str(folder), settings=wandb.Settings(silent=True))

    def log(self, data: dict[str, float], step: int) -> None:
        self._run.log(data, step=step)

    def close(self) -> None:
        self._run.finish()

    def kept(self) -> int:
        """History records of the run's file."""
        from wandb.proto.wandb_internal_pb2 import Record

        [path] = self._folder.glob('wandb/offline-run-*/run-*.wandb')
        kept = 0
        for data in records_of_leveldb_log(path.read_bytes(), header=7):
            record = Record()
            record.ParseFromString(data)
            kept += record.HasField('history')
        return kept


def records_of_leveldb_log(data: bytes, header: int) -> Iterator[bytes]:
    """LevelDB's log format: blocks of 32 KiB of chunks `u32 crc, u16 length, u8 type`; type 1 is a whole record, 2 to 4
    are first, middle and last parts of one. The first block also holds a file header.
    """
    at, parts = header, b''
    while at + 7 <= len(data):
        left = 32_768 - at % 32_768
        if left < 7:
            at += left
            continue
        _, length, kind = struct.unpack_from('<IHB', data, at)
        parts += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):
            yield parts
            parts = b''


class MlflowFile:
    def __init__(self, folder: Path, *, synchronous: bool = True) -> None:
        os.environ['MLFLOW_ALLOW_FILE_STORE'] = 'true'
        import mlflow

        self._mlflow, self._folder, self._synchronous = mlflow, folder, synchronous
        mlflow.set_tracking_uri((folder / 'mlruns').as_uri())
        mlflow.set_experiment('bench')
        mlflow.start_run()

    def log(self, data: dict[str, float], step: int) -> None:
        self._mlflow.log_metrics(data, step=step, synchronous=self._synchronous)

    def close(self) -> None:
        if not self._synchronous:
            self._mlflow.flush_async_logging()
        self._mlflow.end_run()

    def kept(self) -> int:
        [path] = self._folder.glob('mlruns/*/*/metrics/loss')
        return len(path.read_text().splitlines())


class MlflowAsync(MlflowFile):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, synchronous=False)


class TensorBoardX:
    def __init__(self, folder: Path) -> None:
        from tensorboardX import SummaryWriter

        self._folder = folder
        self._writer = SummaryWriter(str(folder))

    def log(self, data: dict[str, float], step: int) -> None:
        for name, value in data.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()

    def kept(self) -> int:
        """Records of the event file, less its first, by nine: `u64 length, u32 crc, data, u32 crc`."""
        [path] = self._folder.glob('events.out.tfevents.*')
        data, at, records = path.read_bytes(), 0, 0
        while at < len(data):
            at += 16 + struct.unpack_from('<Q', data, at)[0]
            records += 1
        return (records - 1) // 9


class Trackio:
    def __init__(self, folder: Path) -> None:
        os.environ['TRACKIO_DIR'] = str(folder)
        import trackio

        self._trackio, self._folder = trackio, folder
        trackio.init(project='bench', embed=False)

    def log(self, data: dict[str, float], step: int) -> None:
        self._trackio.log(data, step=step)

    def close(self) -> None:
        self._trackio.finish()

    def kept(self) -> int:
        [path] = [path for path in self._folder.rglob('*.db') if 'bench' in path.name]
        with sqlite3.connect(path) as database:
            return database.execute('SELECT count(*) FROM metrics').fetchone()[0]


CONTESTANTS = {
    'json': JsonFile,
    'ours': Ours,
    'ours-offline': OursOffline,
    'wandb': WandbOffline,
    'mlflow': MlflowFile,
    'mlflow-async': MlflowAsync,
    'tensorboardx': TensorBoardX,
    'trackio': Trackio,
}
