"""A minute with two web processes behind one port; ``make torture-redis`` is the half hour."""

import os
from pathlib import Path

import pytest

from tests.torture.run import Shared, torture

SECONDS, PEOPLE, PAUSE, STOPS = 20, 5, 900, 2


@pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="runs where `make faults` gives it a PostgreSQL")
def test_nothing_is_lost_while_redis_is_killed_and_flushed(tmp_path: Path) -> None:
    outcome = torture(SECONDS, PEOPLE, PAUSE, STOPS, tmp_path, Shared(os.environ["TEST_DATABASE_URL"], 3, 2))
    print(f"\n{outcome.table()}")
    assert outcome.holds
    assert outcome.kills >= 2
    assert outcome.redis == "3, 2"
    assert outcome.sent >= 200
    assert outcome.is_prompt(10_000, 30_000)  # 5,000 ms on a machine that does nothing else
