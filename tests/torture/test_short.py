"""Two minutes of torture; ``make torture`` is the half hour."""

from pathlib import Path

from tests.torture.run import torture

SECONDS, PEOPLE, PAUSE, STOPS = 100, 10, 900, 13


def test_nothing_is_lost_doubled_or_disordered_whatever_happens_to_server_and_network(tmp_path: Path) -> None:
    outcome = torture(SECONDS, PEOPLE, PAUSE, STOPS, tmp_path)
    print(f"\n{outcome.table()}")
    assert outcome.holds
    assert outcome.kills >= 10
    assert outcome.sent >= 1000
    assert outcome.is_prompt(10_000, 30_000)  # 3,000 ms on a machine that does nothing else
