"""What every provider's bench can play, so that one contract test runs over all of them."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.callbacks.desk import Desk, settings_for_tests
from tests.cast import FakeClock
from widget_server.calls import routes
from widget_server.calls.model import Call, DeviceKind
from widget_server.calls.port import InboundCall
from widget_server.calls.providers.chosen import make_telephony, make_webhooks
from widget_server.calls.providers.webhooks import Webhooks
from widget_server.calls.store import get_call
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.services import provide
from widget_server.kernel.ids import new_id
from widget_server.operators.store import operators
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.storage import Storage

PUBLIC = "https://widget.example"
OWN_NUMBER = "+78005553535"
VISITOR = "+79123456789"


class Bench(Protocol):
    """A provider, its telephones and the people at them."""

    world: "World"

    def ringing(self, call_id: str) -> set[str]:
        """Return the operators whose telephones ring."""

    def answer(self, call_id: str, operator_id: str) -> bool:
        """An operator answers and takes the call; tells whether they have it."""

    def fail(self, call_id: str, operator_id: str, how: str) -> None:
        """An operator's telephone is ``busy``, ``no_answer`` or ``failed``."""

    def leave(self, call_id: str, operator_id: str) -> None:
        """The operator who has the call hangs up."""

    def visitor(self, call_id: str, does: str) -> None:
        """The visitor ``answers``, ``leaves``, is ``busy``, does not answer (``no_answer``) or cannot be reached."""

    def dials(self) -> list[str]:
        """Return the numbers that were dialled for visitors."""

    def alive(self, call_id: str) -> bool:
        """Tell whether anybody is on the line or rings."""

    def call_in(self, dialled: str, caller: str) -> str | None:
        """Somebody dials a number of ours: returns our call, or None if they were refused."""

    def repeat(self) -> int:
        """Say everything once more that was said so far; returns how much that was."""


class Tracking:
    """A switchboard that lets every operator ring for one number and refuses all others."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def take(self, inbound: InboundCall) -> str | None:
        desk = self._world.desk
        if inbound.dialled != OWN_NUMBER:
            return None
        known = desk.calls.find_inbound(inbound.reference)
        if known is not None:
            return known.id
        with desk.storage.begin() as tx:
            rung = [one.id for one in self._world.crew]
            return desk.calls.start_inbound(tx, self._world.shop.id, None, inbound, rung).id


class World:
    """The rooms that a call passes, wired to a provider as the product wires them."""

    def __init__(self, storage: Storage, clock: FakeClock, settings: dict[str, Any], device: DeviceKind) -> None:
        self.storage, self.clock = storage, clock
        self.settings: Settings = settings_for_tests(public_url=PUBLIC, **settings)
        switchboard = Tracking(self)
        self.desk = Desk(
            storage,
            clock,
            self.settings,
            lambda desk: make_telephony(self.settings, storage, clock, desk.jobs, desk.calls, switchboard),
        )
        wired = (self.settings, storage, clock, self.desk.jobs, self.desk.calls, switchboard)
        self.webhooks = make_webhooks(*wired)
        self.telephony = self.desk.telephony
        self.client = self._open_door()
        self.shop: Site = self.desk.open_shop()
        self.crew: list[OperatorIdentity] = [self.desk.seat(self.shop, name) for name in ("Анна", "Борис", "Вера")]
        for n, operator in enumerate(self.crew):
            self.give_device(operator, device, f"+7999000000{n}" if device == "phone" else f"phone{n}")

    def give_device(self, operator: OperatorIdentity, device: DeviceKind, address: str = "") -> None:
        with self.storage.begin() as tx:
            mine = update(operators).where(operators.c.id == operator.id)
            tx.execute(mine.values(device=device, device_address="" if device == "console" else address))

    def ask(self, phone: str = VISITOR) -> Call:
        """A visitor asks for a callback; returns the call that rings for it."""
        callback = self.desk.ask(self.shop, key=new_id(), phone=phone)
        self.desk.work()
        call_id = self.desk.now(callback).call_id
        assert call_id is not None
        return self.now(call_id)

    def call_first(self, phone: str = VISITOR) -> Call:
        """Call a visitor before any operator."""
        with self.storage.begin() as tx:
            rung = [one.id for one in self.crew]
            call = self.desk.calls.start(tx, self.shop.id, None, None, phone, rung, first="visitor")
        self.desk.work()
        return self.now(call.id)

    def now(self, call_id: str) -> Call:
        with self.storage.read() as tx:
            return get_call(tx, call_id)

    def state(self, call_id: str) -> tuple[str, str | None]:
        call = self.now(call_id)
        return call.state, call.outcome

    def everything(self) -> Sequence[Any]:
        """Return all that the database knows of calls and of work to do."""
        tables = ("calls", "legs", "callbacks", "recordings", "provider_orders", "jobs")
        with self.storage.read() as tx:
            return [tx.connection.exec_driver_sql(f"select * from {name} order by 1, 2").all() for name in tables]

    def _open_door(self) -> FlaskClient:
        app = Flask("telephony")
        app.register_blueprint(routes.blueprint)
        provide(app, Settings, self.settings)
        provide(app, Webhooks, self.webhooks)
        return app.test_client()
