"""How much at once the machine holds."""

from collections.abc import Callable

import pytest

from tests.pbx.ramp import Ramp, verdict


def test_the_machine_holds_some_at_once(note: Callable[[str, str], None], whole: bool) -> None:
    if not whole:
        pytest.skip("takes minutes: make test-pbx")
    steps = Ramp((1, 2, 4, 6, 8, 10, 12), seconds=20, talk=12).go()
    note("\n".join(map(str, steps)), verdict(steps))
    assert steps[0].holds
