from pathlib import Path

import pytest
from tests.docs.settings_table import SHOWN_IN, settings_table, with_current_table

from ml_otel_bridge._internal.settings import SETTINGS


@pytest.mark.parametrize('page', SHOWN_IN, ids=lambda page: page.name)
def test_the_settings_that_a_page_shows_are_those_that_are_declared(page: Path) -> None:
    text = page.read_text()
    assert settings_table() in text, 'python -m tests.docs.settings_table'
    assert with_current_table(text) == text


def test_the_table_names_every_variable() -> None:
    table = settings_table()
    for setting in SETTINGS:
        assert f'`{setting.ours}`' in table
        assert all(f'`{name}`' in table for name, _ in setting.theirs)
