"""The attack of ``python -m bench.abuse``, in short."""

from pathlib import Path

from bench.abuse import Attack


def test_an_attack_dials_no_more_than_the_caps_and_is_told(tmp_path: Path) -> None:
    outcome = Attack(tmp_path, requests=120, addresses=60, blocks=1).go()
    assert outcome.holds, outcome
    assert outcome.dialled == outcome.most == 5
    assert "block" in outcome.alarms
