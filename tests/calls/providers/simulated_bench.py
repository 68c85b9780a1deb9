"""The simulated PBX: operators answer in the console, the visitor's number says what the visitor does."""

from tests.calls.providers.bench import World
from widget_server.calls.providers.simulated import store
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.calls.store import rings
from widget_server.kernel.errors import Conflict

NUMBERS = {"answers": "+79123456789", "busy": "+79123456700", "failed": "+79123456703", "no_answer": "+79123456701"}


class SimulatedBench:
    """Plays operators in the console; what the visitor does was settled by the number."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._said: list[tuple[str, str, str]] = []

    def ringing(self, call_id: str) -> set[str]:
        self.world.desk.work()
        with self.world.storage.read() as tx:
            return set(rings(tx, call_id)) if self._lives(call_id) else set()

    def answer(self, call_id: str, operator_id: str) -> bool:
        self._said.append(("answer", call_id, operator_id))
        try:
            self.world.desk.calls.on_operator_answered(call_id, operator_id)
        except Conflict:
            return False
        self.world.desk.work()
        return True

    def fail(self, call_id: str, operator_id: str, how: str) -> None:
        self._said.append(("fail", call_id, operator_id))
        self.world.desk.calls.on_operator_failed(call_id, operator_id, "declined")
        self.world.desk.work()

    def leave(self, call_id: str, operator_id: str) -> None:
        self._said.append(("end", call_id, operator_id))
        self.world.desk.calls.on_ended(call_id)
        self.world.desk.work()

    def visitor(self, call_id: str, does: str) -> None:
        if does == "leaves":
            return self.leave(call_id, "")
        self.world.desk.work()
        self.world.clock.forward(seconds=30 if does == "no_answer" else 2)
        self.world.desk.work()
        return None

    def dials(self) -> list[str]:
        with self.world.storage.read() as tx:
            query = "select phone from simulated_calls join calls on id = call_id where dialled_at is not null"
            return [row.phone for row in tx.connection.exec_driver_sql(query)]

    def alive(self, call_id: str) -> bool:
        self.world.desk.work()
        return self._lives(call_id)

    def call_in(self, dialled: str, caller: str) -> str | None:
        assert isinstance(self.world.telephony, SimulatedTelephony)
        reference = self.world.telephony.call_in(dialled, caller)
        self.world.desk.work()
        known = self.world.desk.calls.find_inbound(reference)
        assert self.world.telephony.was_taken(reference) is (known is not None)
        return known.id if known else None

    def repeat(self) -> int:
        told = list(self._said)
        for act, call_id, operator_id in told:
            if act == "fail":
                self.fail(call_id, operator_id, "")
            else:
                (self.answer if act == "answer" else self.leave)(call_id, operator_id)
        return len(told)

    def _lives(self, call_id: str) -> bool:
        with self.world.storage.read() as tx:
            row = store.find_call(tx, call_id)
        return row is not None and row.ended_at is None
