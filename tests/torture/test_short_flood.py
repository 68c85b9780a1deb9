"""A few seconds of the flood; ``make flood`` judges the milliseconds too."""

from pathlib import Path

from bench.flood import flood


def test_who_floods_is_told_to_slow_down_and_nobody_else_loses_anything(tmp_path: Path) -> None:
    it = flood(4, tmp_path)
    print(f"\n{it}")
    assert it.is_told
    assert it.taken > 0
    assert it.loses_nothing
    assert it.flooded_ms < 10 * max(it.calm_ms, 200)
