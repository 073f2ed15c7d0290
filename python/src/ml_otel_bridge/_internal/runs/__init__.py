"""Training runs: `init_run` and what it makes."""

from ml_otel_bridge._internal.runs.init_run import init_run
from ml_otel_bridge._internal.runs.run import Run
from ml_otel_bridge._internal.runs.sync import SyncReport, sync_spools

__all__ = ['Run', 'SyncReport', 'init_run', 'sync_spools']
