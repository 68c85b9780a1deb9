from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.cast import IPHONE, OTHER_ID, SECRET, VISITOR_ID, FakeClock
from tests.seeding import Cast
from tests.tracking.conftest import MAIN, Switch, owner, work
from widget_server.callbacks.model import Callback, Draft
from widget_server.chat.model import Entry
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.funnel import contact_store, store
from widget_server.funnel.model import Contact, Lead, Order
from widget_server.funnel.order_service import OrderDraft
from widget_server.funnel.service import ContactDraft, LeadDraft
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.trials.model import Draft as TrialDraft
from widget_server.trials.model import Experiment, Variant

PHONE, OTHER_PHONE = "+79123456789", "+79161234567"
PAGE = {"page": "https://shop.example/", "utm": {"source": "yandex", "medium": "cpc"}, "device": "phone"}


@dataclass
class Funnel:
    """Short ways for people to turn to a site, and to look at what became of them."""

    house: House
    cast: Cast
    clock: FakeClock
    switch: Switch

    @property
    def site_id(self) -> str:
        return self.cast.site.id

    @property
    def owner(self) -> OperatorIdentity:
        return owner(self.house, self.cast)

    def hello(self, visitor_id: str = VISITOR_ID) -> VisitorIdentity:
        site = self.house.sites.find_site("demo")
        assert site is not None
        return self.house.visitors.hello(site, visitor_id, SECRET, PAGE)

    def chat(self, visitor_id: str = VISITOR_ID, client_id: str | None = None) -> str:
        """Let a visitor write; return the conversation's id."""
        self.house.chat.post_from_visitor(self.hello(visitor_id), Entry(client_id or new_id(), "Сколько стоит окно?"))
        found = self.house.chat.find_id(self.site_id, visitor_id)
        assert found is not None
        return found

    def callback(self, phone: str = PHONE, visitor_id: str = VISITOR_ID, key: str | None = None) -> Callback:
        self.switch.seat()
        version = self.house.sites.get_site(self.site_id).consent["version"]
        draft = Draft(key or new_id(), phone, version, True, None)
        return self.house.callbacks.request_callback(self.hello(visitor_id), draft, "127.0.0.1")

    def ring(self, phone: str = PHONE) -> str:
        return self.switch.ring(MAIN, phone)

    def write(self, phone: str = PHONE, **more: Any) -> Lead:
        return self.house.funnel.leads.take_lead(self.site_id, LeadDraft(phone, **more), "person")

    def leads(self) -> list[Lead]:
        with self.house.storage.read() as tx:
            return store.list_leads(tx, store.leads.c.site_id == self.site_id, most=100)

    def lead(self) -> Lead:
        (found,) = self.leads()
        return found

    def contacts(self, lead: Lead) -> list[Contact]:
        with self.house.storage.read() as tx:
            return contact_store.list_contacts(tx, lead.id, 100)

    def keys(self, lead: Lead) -> dict[str, list[str]]:
        with self.house.storage.read() as tx:
            return store.keys_of(tx, [lead.id])[lead.id]

    def call_them(self, lead: Lead, stage: str = "", by: OperatorIdentity | None = None) -> Lead:
        """An operator calls by hand, and the lead goes on to ``stage`` by it."""
        self.clock.forward(minutes=1)
        return self.house.funnel.leads.add_contact(by or self.cast.anna, lead.id, ContactDraft("call", stage=stage))

    def sell(self, lead: Lead, amount: int = 1_250_050, **more: Any) -> Order:
        self.clock.forward(minutes=1)
        draft = replace(OrderDraft(amount, "RUB", "paid"), **more)
        return self.house.funnel.orders.add(self.cast.anna, lead.id, draft)

    def start_test(self, metric: str = "order") -> Experiment:
        said = {"cta": "Узнать цену", "promise": "За минуту"}
        words = {"ru": said, "en": said}
        variants = (Variant("a", "Сейчас", 0.5, {}), Variant("b", "Цена", 0.5, {"cta": words}))
        test = TrialDraft("Слова", metric, ("cta",), variants, 0.2, 14, baseline=0.02, daily_visitors=500)
        return self.house.trials.start(self.owner, self.house.trials.create_draft(self.owner, self.site_id, test).id)

    def expose(self, experiment: Experiment, variant: str, visitor_id: str = VISITOR_ID) -> None:
        site = self.house.sites.find_site("demo")
        assert site is not None
        seen = {"id": new_id(), "type": "exposure", "experiment": experiment.key, "variant": variant}
        self.house.beacon.take(site, {"visitor": visitor_id, "context": PAGE, "events": [seen]}, IPHONE)
        self.clock.forward(minutes=1)

    def counts(self, experiment: Experiment) -> list[tuple[int, int]]:
        self.clock.forward(minutes=1)
        known = self.house.trials.access_experiment(self.owner, experiment.id)
        return [(line.exposed, line.converted) for line in self.house.trials.report(known).lines]


@pytest.fixture
def switch(house: House, cast: Cast, clock: FakeClock) -> Switch:
    made = Switch(house, cast, clock)
    made.seat()
    return made


@pytest.fixture
def funnel(switch: Switch) -> Funnel:
    return Funnel(switch.house, switch.cast, switch.clock, switch)


@pytest.fixture
def other_visitor() -> str:
    return OTHER_ID


__all__ = ["OTHER_PHONE", "PHONE", "Funnel", "work"]
