from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.cast import FakeClock
from tests.seeding import Cast
from widget_server.calls.model import Call
from widget_server.calls.port import InboundCall
from widget_server.calls.store import find_call
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.sites.formats import display_forms
from widget_server.tracking.model import Inbound, NumberDraft, Source, TrackedNumber
from widget_server.trials.model import Draft, Experiment, Variant

MAIN = "+78005553535"
CALLER = "+79123456789"
OTHER_CALLER = "+79161234567"


def work(house: House) -> None:
    """Run due jobs until none is left."""
    while any(runner.run_due() for runner in house.runners):
        pass


def owner(house: House, cast: Cast) -> OperatorIdentity:
    found = house.operators.find_operator(cast.owner.id, cast.owner.session_version)
    assert found is not None
    return found


def draft(e164: str, use: str, source: Source | None = None) -> NumberDraft:
    return NumberDraft(e164, display_forms(e164)[0], use, source)  # type: ignore[arg-type]


@dataclass
class Switch:
    """Short ways to own numbers and to let calls come in."""

    house: House
    cast: Cast
    clock: FakeClock

    def own(self, use: str, *e164s: str, source: Source | None = None) -> list[TrackedNumber]:
        return [self.house.tracking.numbers.add(self.cast.site.id, draft(one, use, source)) for one in e164s]

    def seat(self) -> None:
        """Both operators are there and take calls."""
        for operator in (self.cast.anna, self.cast.boris):
            self.house.operators.sign_of_life(operator.id)

    def ring(self, dialled: str, caller: str = CALLER, reference: str | None = None) -> str:
        call_id = self.house.tracking.inbound.take(InboundCall(reference or new_id(), dialled, caller))
        assert call_id is not None
        work(self.house)
        return call_id

    def talk(self, dialled: str, caller: str = CALLER, seconds: int = 30) -> str:
        """Call, get an answer, talk, hang up."""
        call_id = self.ring(dialled, caller)
        self.house.tracking.desk.answer(self.cast.anna, call_id)
        work(self.house)
        self.clock.forward(seconds=seconds)
        work(self.house)
        self.seat()
        if self.call(call_id).state != "ended":
            self.house.tracking.desk.hang_up(self.cast.anna, call_id)
        self.clock.forward(seconds=1)
        return call_id

    def call(self, call_id: str) -> Call:
        with self.house.storage.read() as tx:
            found = find_call(tx, call_id)
        assert found is not None
        return found

    def inbound(self, call_id: str) -> Inbound:
        return self.house.tracking.desk.get_inbound(call_id)

    def test_numbers(self, *ids: str, metric: str = "answered_call") -> Experiment:
        """Start a test of numbers: a variant for each id."""
        variants = tuple(
            Variant(key, key.upper(), 1 / len(ids), {"number": number_id})
            for key, number_id in zip("abcdef", ids, strict=False)
        )
        said = Draft("Номера", metric, ("number",), variants, 0.2, 14, baseline=0.02, daily_visitors=500)
        by = owner(self.house, self.cast)
        return self.house.trials.start(by, self.house.trials.create_draft(by, self.cast.site.id, said).id)


@pytest.fixture
def switch(house: House, cast: Cast, clock: FakeClock) -> Switch:
    made = Switch(house, cast, clock)
    made.seat()
    return made


@pytest.fixture
def pool(switch: Switch) -> Callable[[int], list[TrackedNumber]]:
    """Return a way to own a pool of so many numbers."""
    return lambda size: switch.own("pool", *(f"+7495111000{n}" for n in range(size)))
