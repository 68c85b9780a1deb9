"""Callbacks through the product and a real PBX: what is promised, taken from the wire."""

from collections.abc import Callable

from tests.pbx.callbacks import Run


def test_every_callback_ends_as_it_must(note: Callable[[str, str], None], whole: bool) -> None:
    run = Run(100).go() if whole else Run(12, last_answer=2.5).go()
    note(run.told(), run.figures())
    assert run.problems(timed=whole) == []
