from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.cast import FakeClock
from tests.notify.receivers import MailServer, Telegram, WebServer, mail_served, served
from tests.seeding import CHEAP, PASSWORD
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.limits import Limits
from widget_server.jobs.runner import Runner
from widget_server.jobs.store import JobStore
from widget_server.notify import store
from widget_server.notify.model import KINDS, Alert, Channel, Delivery, Target, Wishes
from widget_server.notify.room import NotifyRoom, open_notify
from widget_server.notify.service import AT_ONCE, new_target
from widget_server.operators.model import OperatorDraft
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

ALL = Wishes(frozenset(KINDS))
PHONE = "+79123456789"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with served(WebServer()) as running:
        yield running


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with served(Telegram()) as running:
        assert isinstance(running, Telegram)
        yield running


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_served(MailServer()) as running:
        yield running


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing is set up but this machine may be posted to: our receivers are here."""
    return replace(settings, webhooks_private_networks=True)


@dataclass
class Desk:
    """The room on its database, with a worker to call and an account to tell."""

    storage: Storage
    clock: FakeClock
    settings: Settings
    room: NotifyRoom
    sites: SiteService
    operators: OperatorService
    owner: OperatorIdentity
    site: Site

    @property
    def runner(self) -> Runner:
        return Runner(self.storage, self.clock, self.room.handlers, "worker")

    def with_settings(self, **changes: Any) -> "Desk":
        settings = replace(self.settings, **changes)
        room = open_notify(self.storage, self.clock, JobStore(self.clock), settings)
        return replace(self, settings=settings, room=room)

    def target(self, channel: Channel, address: str, wishes: Wishes = ALL, **more: Any) -> Target:
        made = new_target(self.owner.account_id, channel, address, address, wishes, self.clock.now())
        made = replace(made, **more)
        with self.storage.begin() as tx:
            store.insert_target(tx, made)
        return made

    def alert(self, kind: Any = "callback_missed", subject: str = "cb1", after: Any = AT_ONCE, **more: Any) -> int:
        about = {"params": {"phone": PHONE}, **more}
        alert = Alert(kind, self.site.id, subject, self.clock.now(), **about)
        with self.storage.begin() as tx:
            return self.room.alerts.alert(tx, alert, after)

    def withdraw(self, subject: str) -> None:
        with self.storage.begin() as tx:
            self.room.alerts.withdraw(tx, subject)

    def work(self) -> int:
        return self.runner.run_due()

    def deliveries(self, *states: str) -> list[Delivery]:
        """Return what was told or is to be, in the order in which it happened."""
        with self.storage.read() as tx:
            found = store.find_deliveries(tx, *([store.deliveries.c.state.in_(states)] if states else []), most=1000)
        return found[::-1]

    def find(self, target: Target) -> Target:
        with self.storage.read() as tx:
            found = store.find_target(tx, target.id)
        assert found is not None
        return found

    def add_operator(self, name: str) -> OperatorIdentity:
        mail = f"{name}@okna.example"
        draft = OperatorDraft(name, mail, PASSWORD, "operator", site_ids=frozenset({self.site.id}))
        return self.operators.create_operator(self.owner.account_id, draft)


@pytest.fixture
def desk(storage: Storage, clock: FakeClock, settings: Settings) -> Desk:
    operators = OperatorService(storage, clock, CHEAP, Limits(), settings)
    sites = SiteService(storage, clock)
    owner = operators.open_account("Окна", OperatorDraft("Ольга", "olga@okna.example", PASSWORD, "owner"))
    site = sites.create_site(owner.account_id, SiteDraft("Окна Плюс"))
    owner = operators.log_in("olga@okna.example", PASSWORD, "here")
    room = open_notify(storage, clock, JobStore(clock), settings)
    return Desk(storage, clock, settings, room, sites, operators, owner, site)
