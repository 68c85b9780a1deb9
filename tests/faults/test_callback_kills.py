"""The promise of callbacks under kill -9, in short; the long version is ``python -m bench.callback_faults``."""

from pathlib import Path

import pytest

from bench.callback_faults import Run


def test_nobody_is_rung_twice_and_nobody_is_forgotten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], postgres_url: str | None, database_url: str
) -> None:
    outcome = Run(tmp_path, requests=60, kills=30, url=database_url if postgres_url else None).go()
    with capsys.disabled():
        print(f"\n{outcome}")  # noqa: T201  # the figure that the promise is about
    assert outcome.requests == 60
    assert (outcome.rung_twice, outcome.dialled_twice, outcome.too_many_calls, outcome.forgotten) == (0, 0, 0, 0)
    assert min(outcome.states["completed"], outcome.retries, outcome.visitor_first) > 0
