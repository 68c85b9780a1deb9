"""The contract of all providers (``tests/calls/providers/test_contract.py``), on a real Asterisk."""

from collections.abc import Iterator

import pytest

from tests.calls.providers.test_contract import *  # noqa: F403  # the same tests, with another ``bench``
from tests.cast import FakeClock
from tests.pbx.contract_bench import SEATS, AsteriskBench
from tests.pbx.legs import SILENT
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk
from widget_server.storage import Storage


@pytest.fixture(scope="module")
def plugged_in() -> Iterator[tuple[Asterisk, Phones]]:
    pbx = Asterisk(SEATS)
    phones = Phones(pbx, dict.fromkeys(SEATS, lambda leg: SILENT), lambda leg: SILENT)
    with pbx, phones:
        yield pbx, phones


@pytest.fixture
def bench(plugged_in: tuple[Asterisk, Phones], storage: Storage, clock: FakeClock) -> Iterator[AsteriskBench]:
    with AsteriskBench(*plugged_in, storage, clock) as opened:
        yield opened
