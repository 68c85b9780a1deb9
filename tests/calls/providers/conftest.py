"""``bench``: every provider in turn. ``cloud``: those that are told over HTTP."""

from collections.abc import Iterator

import pytest

from tests.calls.providers import benches
from tests.calls.providers.bench import Bench
from tests.calls.providers.benches import BENCHES, CLOUD
from tests.calls.providers.twilio_bench import TwilioBench
from tests.calls.providers.voximplant_bench import VoximplantBench
from tests.cast import FakeClock
from widget_server.storage import Storage


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, storage: Storage, clock: FakeClock) -> Iterator[Bench]:
    with BENCHES[request.param](storage, clock) as opened:
        yield opened


@pytest.fixture(params=CLOUD)
def cloud(request: pytest.FixtureRequest, storage: Storage, clock: FakeClock) -> Iterator[Bench]:
    with CLOUD[request.param](storage, clock) as opened:
        yield opened


@pytest.fixture
def twilio(storage: Storage, clock: FakeClock) -> Iterator[TwilioBench]:
    with benches.twilio(storage, clock) as opened:
        yield opened


@pytest.fixture
def voximplant(storage: Storage, clock: FakeClock) -> Iterator[VoximplantBench]:
    with benches.voximplant(storage, clock) as opened:
        yield opened
