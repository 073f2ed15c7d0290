"""The tables of settings in docs/, from what declares them: `python -m tests.docs.settings_table` writes.

They stand between `<!-- python-settings -->` and `<!-- /python-settings -->`, those of runs between the same
with `python-run-settings`.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.docs.examples import PROJECT

from ml_otel_bridge._internal.runs.run_settings import RUN_SETTINGS
from ml_otel_bridge._internal.settings.settings import SETTINGS, Setting

SHOWN_IN: Final = (PROJECT / 'docs/settings.md', PROJECT.parent / 'docs/configuration.md')
_HEADINGS: Final = ('Argument', 'Our variable', "OpenTelemetry's", 'Default', 'Meaning')
DECLARED: Final = {'python-settings': SETTINGS, 'python-run-settings': RUN_SETTINGS}
# Of the environment only: they are no arguments.
_VARIABLE_ONLY: Final = frozenset({'token', 'url', 'spool_mib', 'step_attributes'})


def settings_table(settings: Sequence[Setting]) -> str:
    """A table, with columns of equal width as the formatter has them."""
    rows = [
        (
            'none' if setting.name in _VARIABLE_ONLY else f'`{setting.name}`',
            f'`{setting.ours}`',
            ', '.join(f'`{name}`' for name, _ in setting.theirs) or 'none',
            _default(setting.default),
            _sentence(setting.doc),
        )
        for setting in settings
    ]
    widths = [max(len(row[column]) for row in (_HEADINGS, *rows)) for column in range(len(_HEADINGS))]
    rule = tuple('-' * width for width in widths)
    return '\n'.join(
        '| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + ' |'
        for row in (_HEADINGS, rule, *rows)
    )


def with_current_table(text: str) -> str:
    """The text of a page with its tables brought up to date."""
    return re.sub(
        r'(<!-- ([a-z-]+) -->)\n.*?(<!-- /\2 -->)',
        lambda found: f'{found[1]}\n\n{settings_table(DECLARED[found[2]])}\n\n{found[3]}',
        text,
        flags=re.DOTALL,
    )


def _default(value: Any) -> str:
    if value is None or value == {}:
        return 'none'
    if isinstance(value, bool):
        return f'`{str(value).lower()}`'
    return f'`{value:g}`' if isinstance(value, float) else f'`{value}`'


def _sentence(text: str) -> str:
    return f'{text[0].upper()}{text[1:]}{"" if text.endswith(".") else "."}'.replace('|', '\\|')


def _write(page: Path) -> None:
    page.write_text(with_current_table(page.read_text(encoding='utf-8')), encoding='utf-8')


if __name__ == '__main__':
    for shown in SHOWN_IN:
        _write(shown)
