"""All telephones around one PBX, alive in a thread of their own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, TypeVar

from tests.pbx.callers import Caller
from tests.pbx.legs import ANSWERS, BUSY, DECLINES, SILENT, WRONG, Behaviour, Leg
from tests.pbx.phones import Decide, Phone
from tests.pbx.server import Asterisk

Result = TypeVar("Result")
# What a visitor does, by the last digits of the number; all others answer.
VISITORS: Mapping[str, Behaviour] = {"00": BUSY, "01": SILENT, "02": WRONG, "03": DECLINES}


def by_number(answers: Behaviour = ANSWERS) -> Decide:
    return lambda leg: VISITORS.get(leg.called[-2:], answers)


class Phones:
    """Operators' telephones, registered with their passwords, and the carrier with visitors and callers."""

    def __init__(self, pbx: Asterisk, operators: Mapping[str, Decide], visitors: Decide | None = None) -> None:
        self._pbx = pbx
        self._decide = operators
        self._visitors = visitors or by_number()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.operators: dict[str, Phone] = {}
        self.carrier: Phone
        self.caller: Caller

    def __enter__(self) -> "Phones":
        self._thread.start()
        try:
            self.run(self._plug_in())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._unplug())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Result], timeout: float | None = 30) -> Result:
        return self.start(work).result(timeout)

    def start(self, work: Coroutine[Any, Any, Result]) -> "Future[Result]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, number: str, caller: str, behaviour: Behaviour = ANSWERS, ring_for: float = 30) -> "Future[Leg]":
        """Let somebody outside call a number of ours."""
        return self.start(self.caller.call(number, caller, behaviour, ring_for))

    async def dial_as(self, name: str, number: str) -> Leg:
        """Let a telephone on the operators' network dial, with the password of ``name`` if there is one."""
        line = Caller(self._pbx.sip, "127.0.0.1", name, password=self._pbx.passwords.get(name, ""))
        try:
            return await line.call(number, name)
        finally:
            line.close()

    def read(self, what: Callable[[], Result]) -> Result:
        """Read in the telephones' own thread, so that nothing changes meanwhile."""

        async def now() -> Result:
            return what()

        return self.run(now())

    def legs(self) -> list[Leg]:
        """Return what operators' telephones saw so far."""
        return self.read(lambda: [leg for phone in self.operators.values() for leg in phone.legs])

    async def _plug_in(self) -> None:
        host, port = self._pbx.carrier
        customer = self._pbx.carrier_password
        self.carrier = Phone("carrier", self._pbx.sip, self._visitors, host, port, customer=customer)
        self.caller = Caller(self._pbx.sip, host)
        for name, decide in self._decide.items():
            self.operators[name] = Phone(name, self._pbx.sip, decide, password=self._pbx.passwords[name])
        await asyncio.gather(*(phone.register() for phone in self.operators.values()))

    async def _unplug(self) -> None:
        for line in (*self.operators.values(), *(vars(self).get(name) for name in ("carrier", "caller"))):
            if line is not None:
                line.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
