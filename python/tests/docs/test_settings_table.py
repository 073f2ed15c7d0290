from pathlib import Path

import pytest
from tests.docs.settings_table import DECLARED, SHOWN_IN, settings_table, with_current_table


@pytest.mark.parametrize('page', SHOWN_IN, ids=lambda page: page.name)
def test_the_settings_that_a_page_shows_are_those_that_are_declared(page: Path) -> None:
    text = page.read_text()
    assert all(f'<!-- {name} -->' in text for name in DECLARED)
    assert with_current_table(text) == text, 'python -m tests.docs.settings_table'


@pytest.mark.parametrize('name', DECLARED)
def test_a_table_names_every_variable(name: str) -> None:
    table = settings_table(DECLARED[name])
    for setting in DECLARED[name]:
        assert f'`{setting.ours}`' in table
        assert all(f'`{name}`' in table for name, _ in setting.theirs)
