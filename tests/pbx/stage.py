"""A site on a real PBX, for tests: who does what at a telephone is said per test."""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from types import MappingProxyType, TracebackType

from tests.pbx.conftest import eventually
from tests.pbx.legs import SILENT, Behaviour, Leg
from tests.pbx.running import Phones, by_number
from tests.pbx.server import Asterisk
from tests.pbx.shop import Shop, spread_numbers
from tests.seeding import house_on
from widget_server.calls import store
from widget_server.calls.model import OPEN, Call
from widget_server.calls.recordings import Recording, RecordingRule, list_of_calls, put_rule
from widget_server.sites.model import CallbackRules

SETTINGS = {
    "SPEECH_COMMAND": f"{sys.executable} -m tests.pbx.speak {{file}} {{text}}",
}
SEATS = ("op0-0", "op0-1", "op0-2")  # of the site shop0; nobody of shop1 has plugged their telephone in
TALKS = Behaviour(0.3, hang_up_after=2)


class Stage:
    """``people``: what operators do; ``outside``: what visitors do whose numbers do not end in 00 … 03; ``at``: what is
    done at one number outside, before all else. ``mobiles``: operators who answer at a number instead of their seat."""

    def __init__(self, rings: int = 4, mobiles: Mapping[str, str] = MappingProxyType({})) -> None:
        self.people: dict[str, Behaviour] = {}
        self.outside = TALKS
        self.at: dict[str, Behaviour] = {}
        self.pbx = Asterisk((*SEATS, "op1-0", "op1-1", "op1-2"))
        self.phones = Phones(self.pbx, dict.fromkeys(SEATS, self._decide), self._visitor)
        rule = {"OPERATOR_RING_SECONDS": str(rings), "VISITOR_RING_SECONDS": str(rings)}
        self.shop = Shop(self.pbx, 2, 3, rule | SETTINGS, dict(mobiles))

    def __enter__(self) -> "Stage":
        self.pbx.__enter__()
        self.phones.__enter__()
        self.shop.__enter__()
        self.house = house_on(self.shop.server.data_dir)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.house.storage.close()
        self.shop.__exit__(None, None, None)
        self.phones.__exit__(None, None, None)
        self.pbx.__exit__(None, None, None)

    def play(self, *people: Behaviour, outside: Behaviour = TALKS) -> None:
        """Say what the operators at ``SEATS`` do from now on; those who are not named do not answer."""
        self.people, self.outside = dict(zip(SEATS, people, strict=False)), outside
        self.at.clear()
        self.set_rules()
        self.phones.read(self._forget)

    def set_rules(
        self, *, visitor_first: bool = False, recorded: bool = False, again_after: tuple[int, ...] = ()
    ) -> None:
        rules = CallbackRules("visitor" if visitor_first else "operator", again_after)
        self.house.sites.update_site(self.shop.site_ids[0], {"callback": rules})
        with self.house.storage.begin() as tx:
            put_rule(tx, self.shop.site_ids[0], RecordingRule(recorded, {}, 30))

    def ask(self, ending: str = "55", site: int = 0) -> str:
        """Let somebody ask to be called back; return their number."""
        number = spread_numbers(random.Random(), 1)[0][:-2] + ending
        self.shop.ask(number, site)
        return number

    def call_of(self, number: str) -> Call | None:
        """Return the latest call from or to that number."""
        with self.house.storage.read() as tx:
            return next(iter(store.list_calls(tx, [store.calls.c.phone == number], 1)), None)

    def wait_for(self, number: str, *states: str, seconds: float = 15) -> Call:
        """Return the call once it is in one of these states."""
        eventually(lambda: getattr(self.call_of(number), "state", None) in states, seconds)
        call = self.call_of(number)
        assert call is not None
        return call

    def outcome(self, number: str, seconds: float = 15) -> str | None:
        """Return how the call ended, once nobody is left on its line."""
        call = self.wait_for(number, "ended", seconds=seconds)
        self.quiet()
        return call.outcome

    def recordings(self, call: Call) -> list[Recording]:
        with self.house.storage.read() as tx:
            return list_of_calls(tx, [call.id])

    def rung(self, seats: int = 1) -> list[Leg]:
        """Return the operators' legs, in the order of ``SEATS``, once so many ring."""
        eventually(lambda: len(self.phones.legs()) >= seats)
        return sorted(self.phones.legs(), key=lambda leg: leg.phone)

    def dialled(self, number: str) -> list[Leg]:
        return self.phones.read(lambda: [leg for leg in self.phones.carrier.legs if leg.called == number])

    def dial_of(self, number: str, seconds: float = 5) -> Leg:
        """Return the visitor's leg once it is there."""
        eventually(lambda: bool(self.dialled(number)), seconds)
        return self.dialled(number)[0]

    def quiet(self) -> None:
        """Wait until nobody is left on any line and no call is open."""
        eventually(lambda: self.pbx.ask("channels").strip() == b"[]")
        eventually(lambda: all(one["id"].endswith("-over") for one in json.loads(self.pbx.ask("bridges"))))
        with self.house.storage.read() as tx:
            assert store.list_calls(tx, [store.calls.c.state.in_(OPEN)], 1) == []

    def restart_pbx(self) -> None:
        """Let Asterisk die in the middle of everything and come back, with all telephones."""
        os.kill(self.pbx.pid, signal.SIGKILL)
        self.pbx.__exit__(None, None, None)
        time.sleep(0.5)
        self.pbx.__enter__()
        for phone in self.phones.operators.values():
            self.phones.run(phone.register())

    def end(self, call: Call) -> None:
        """Let the visitor hang up after a moment of talk."""
        time.sleep(1)
        self.pbx.ask(f"channels/{call.id}-visitor", "DELETE")

    def _decide(self, leg: Leg) -> Behaviour:
        return self.people.get(leg.phone, SILENT)

    def _visitor(self, leg: Leg) -> Behaviour:
        return self.at.get(leg.called) or by_number(self.outside)(leg)

    def _forget(self) -> None:
        for phone in (self.phones.carrier, *self.phones.operators.values()):
            phone.legs.clear()
