"""The contract's bench on a real Asterisk: operators, visitors and callers do what a test says, when it says it."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from tests.calls.providers.bench import World
from tests.cast import FakeClock
from tests.pbx.legs import Behaviour, Leg
from tests.pbx.phones import Phone
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk
from widget_server.calls.providers.asterisk.listener import AsteriskListener
from widget_server.calls.store import calls, list_calls
from widget_server.storage import Storage

SEATS = ("phone0", "phone1", "phone2")
STATUS = {"busy": 486, "no_answer": 480, "failed": 404}
QUIET_SECONDS, LONGEST = 0.2, 10
PATIENCE = 4  # of somebody who calls in


class AsteriskBench:
    """One test's world around a PBX that runs already."""

    def __init__(self, pbx: Asterisk, phones: Phones, storage: Storage, clock: FakeClock) -> None:
        self.pbx, self.phones = pbx, phones
        named = {name.lower(): value for name, value in pbx.settings.items()}
        self.world = World(storage, clock, named, "sip")
        self._listener = _Remembering(self.world.telephony.listen())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listener.run, args=(self._stop,), daemon=True)

    def __enter__(self) -> "AsteriskBench":
        self.phones.read(lambda: [line.legs.clear() for line in self._lines()])
        self._thread.start()
        self._until(lambda: f'"{self.pbx.app}"' in self.pbx.ask("applications").decode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.world.storage.read() as tx:
            made = list_calls(tx, [], 100)
        for call in made:
            self.world.telephony.hang_up(call.id)
        self._until(lambda: self.pbx.ask("channels").strip() == b"[]")
        self._stop.set()
        self._thread.join(5)

    # --- what the contract plays ----------------------------------------------------------------------------------

    def ringing(self, call_id: str) -> set[str]:
        self._settle()
        names = {leg.phone for leg in self.phones.legs() if leg.ringing_at is not None and leg.silent_at is None}
        return {operator.id for seat, operator in zip(SEATS, self.world.crew, strict=True) if seat in names}

    def answer(self, call_id: str, operator_id: str) -> bool:
        self._act(self._phone(operator_id), Behaviour(0))
        return self.world.now(call_id).operator_id == operator_id and self._leg(self._phone(operator_id)) is not None

    def fail(self, call_id: str, operator_id: str, how: str) -> None:
        self._act(self._phone(operator_id), Behaviour(0, refuse=STATUS[how]))

    def leave(self, call_id: str, operator_id: str) -> None:
        self._hang_up(self._phone(operator_id))

    def visitor(self, call_id: str, does: str) -> None:
        if does == "answers":
            self._act(self.phones.carrier, Behaviour(0))
        elif does != "leaves":
            self._act(self.phones.carrier, Behaviour(0, refuse=STATUS[does]))
        elif self._leg(self.phones.carrier) is not None:
            self._hang_up(self.phones.carrier)
        else:  # somebody who calls in, and gives up
            self._until(lambda: self.world.now(call_id).state == "ended")

    def dials(self) -> list[str]:
        self._settle()
        return self.phones.read(lambda: [leg.called for leg in self.phones.carrier.legs])

    def alive(self, call_id: str) -> bool:
        self._settle()
        return self.pbx.ask("channels").strip() != b"[]"

    def call_in(self, dialled: str, caller: str) -> str | None:
        line: Future[Leg] = self.phones.call(dialled, caller, Behaviour(0), PATIENCE)
        self._until(lambda: line.done() or bool(self._inbound()))
        return None if line.done() else self._inbound()[0]

    def repeat(self) -> int:
        return self._listener.repeat()

    # --- how it is done -------------------------------------------------------------------------------------------

    def _lines(self) -> list[Phone]:
        return [*self.phones.operators.values(), self.phones.carrier]

    def _phone(self, operator_id: str) -> Phone:
        seat = next(seat for seat, one in zip(SEATS, self.world.crew, strict=True) if one.id == operator_id)
        return self.phones.operators[seat]

    def _leg(self, phone: Phone) -> Leg | None:
        """Return the call that the telephone has now."""
        return self.phones.read(lambda: next((leg for leg in phone.legs if leg.over_at is None), None))

    def _act(self, phone: Phone, behaviour: Behaviour) -> None:
        self._until(lambda: self._leg(phone) is not None)
        self.phones.read(lambda: [phone.act(leg, behaviour) for leg in phone.legs if leg.silent_at is None])
        self._settle()

    def _hang_up(self, phone: Phone) -> None:
        leg = self._leg(phone)
        assert leg is not None
        self.phones.run(phone.hang_up(leg))
        self._settle()

    def _inbound(self) -> list[str]:
        with self.world.storage.read() as tx:
            return [call.id for call in list_calls(tx, [calls.c.direction == "inbound"], 1)]

    def _until(self, look: Callable[[], bool]) -> None:
        until = time.monotonic() + LONGEST
        while not look():
            assert time.monotonic() < until, "it did not become so"
            self.world.desk.work()
            time.sleep(0.01)
        self._settle()

    def _settle(self) -> None:
        """Let everything happen that follows: until nothing has changed for a moment."""
        seen, since = self._picture(), time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            if self.world.desk.work() or self._picture() != seen:
                seen, since = self._picture(), time.monotonic()
            time.sleep(0.01)

    def _picture(self) -> list[Any]:
        legs = self.phones.read(lambda: [(leg.call_id, leg.ringing_at, leg.over_at) for leg in _all(self._lines())])
        return [legs, self._listener.count, self.world.everything()[0]]


class _Remembering:
    """A listener that can hear everything once more."""

    def __init__(self, listener: Any) -> None:
        assert isinstance(listener, AsteriskListener)
        self._listener, self._react, self._heard = listener, listener.react, []  # type: ignore[var-annotated]
        listener.react = self._note  # type: ignore[method-assign]
        self.run = listener.run

    @property
    def count(self) -> int:
        return len(self._heard)

    def repeat(self) -> int:
        for event in list(self._heard):
            self._react(event)
        return self.count

    def _note(self, event: dict[str, Any]) -> None:
        self._heard.append(event)
        self._react(event)


def _all(lines: list[Phone]) -> list[Leg]:
    return [leg for line in lines for leg in line.legs]
