"""Whose run a callback logs into: the caller's, or one of its own for each training."""

from typing import Any, Literal, cast

from ml_otel_bridge._internal.runs.init_run import init_run
from ml_otel_bridge._internal.runs.run import Run

Every = int | Literal['batch', 'epoch']


class RunOfCallback:
    """Gives the run of a training, and ends it with the training if it is the callback's own.

    Args:
        run: the caller's; it is not finished here.
        options: of `init_run`, `project` among them, where there is no `run`.

    Raises:
        TypeError: both or neither.
    """

    def __init__(self, run: Run | None, options: dict[str, Any]) -> None:
        if (run is None) == ('project' not in options):
            raise TypeError(
                "expected a run, or a project to begin one for: Callback(run) or Callback(project='…')"
            )
        if run is not None and options:
            raise TypeError(f'a run that is given takes no further options, got {", ".join(options)}')
        self._given = run
        self._options = options
        self._own: Run | None = None

    @property
    def now(self) -> Run | None:
        """The run that is logged into; None while there is none."""
        return self._given or self._own

    def begin(self) -> Run:
        """The run of a training that begins."""
        if self._given is not None:
            return self._given
        if self._own is None:
            options = dict(self._options)
            self._own = init_run(options.pop('project'), **options)
        return self._own

    def end(self) -> None:
        """The training has ended."""
        if self._own is not None:
            self._own.finish('finished')
            self._own = None


def checked_every(every: Every) -> Every:
    """Raises ValueError where it is neither `batch` nor `epoch` nor a number of batches."""
    # Said by a person, so it may be anything.
    given = cast('object', every)
    if given in ('batch', 'epoch') or (isinstance(given, int) and not isinstance(given, bool) and given > 0):
        return every
    raise ValueError(f"every: expected 'batch', 'epoch' or a number of batches, got {every!r}")
