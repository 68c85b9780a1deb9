"""How much at once the machine holds; takes minutes, so `make test-pbx` runs it and `make test` does not."""

from collections.abc import Callable

from tests.pbx.ramp import Ramp, verdict


def test_the_machine_holds_some_at_once(note: Callable[[str, str], None]) -> None:
    steps = Ramp((1, 2, 4, 6, 8, 10, 12), seconds=20, talk=12).go()
    note("\n".join(map(str, steps)), verdict(steps))
    assert steps[0].holds
