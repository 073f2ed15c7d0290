import random

import pytest
from tests.runs.programs.kill_loop import kill_once


@pytest.mark.parametrize('way', ['online', 'offline', 'refusing', 'away'])
def test_a_kill_loses_no_step_older_than_half_a_second(way: str) -> None:
    """One kill each; `python -m tests.runs.programs.kill_loop 100` makes many."""
    kill = kill_once(way, random.Random(), longest=1.5)
    assert kill.returned > 0
    assert (kill.lost_promised, kill.wrong) == (0, 0)
