"""Calls to tracking numbers through a real PBX: each is put down to the variant whose number was dialled."""

from collections.abc import Callable

from tests.pbx.inbound import Run


def test_every_call_counts_for_its_variant(note: Callable[[str, str], None], whole: bool) -> None:
    run = Run(100 if whole else 20).go()
    note(run.told(), run.figures())
    assert run.problems() == []
