"""The table of settings in docs/, out of their declarations: `python -m tests.docs.settings_table` writes it.

It stands between `<!-- python-settings -->` and `<!-- /python-settings -->`.
"""

import re
from pathlib import Path
from typing import Any, Final

from tests.docs.examples import PROJECT

from ml_otel_bridge._internal.settings import SETTINGS

SHOWN_IN: Final = (PROJECT / 'docs/settings.md', PROJECT.parent / 'docs/configuration.md')
_HEADINGS: Final = ('Argument', 'Our variable', "OpenTelemetry's", 'Default', 'Meaning')
# Of the program's environment only: it is no argument of `configure`.
_VARIABLE_ONLY: Final = frozenset({'token'})


def settings_table() -> str:
    """The table, with columns of equal width as the formatter has them."""
    rows = [
        (
            'none' if setting.name in _VARIABLE_ONLY else f'`{setting.name}`',
            f'`{setting.ours}`',
            ', '.join(f'`{name}`' for name, _ in setting.theirs) or 'none',
            _default(setting.default),
            _sentence(setting.doc),
        )
        for setting in SETTINGS
    ]
    widths = [max(len(row[column]) for row in (_HEADINGS, *rows)) for column in range(len(_HEADINGS))]
    rule = tuple('-' * width for width in widths)
    return '\n'.join(
        '| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + ' |'
        for row in (_HEADINGS, rule, *rows)
    )


def with_current_table(text: str) -> str:
    """The text of a page with its table brought up to date."""
    return re.sub(
        r'(<!-- python-settings -->).*?(<!-- /python-settings -->)',
        lambda found: f'{found[1]}\n\n{settings_table()}\n\n{found[2]}',
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
