from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import IPHONE, FakeClock
from widget_server.beacon.model import VisitorReported
from widget_server.beacon.service import BeaconService
from widget_server.edge.identity import OperatorIdentity, SiteIdentity
from widget_server.kernel.bus import Bus
from widget_server.kernel.ids import new_id
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.sites.store import insert_account
from widget_server.storage import Storage
from widget_server.trials import recorder
from widget_server.trials.model import Draft, Experiment, TrialsChanged, Variant
from widget_server.trials.service import TrialService

WORDS = {"ru": {"cta": "Узнать цену", "promise": "За минуту"}, "en": {"cta": "Get a price", "promise": "In a minute"}}
B_SAYS = Variant("b", "Цена", 0.5, {"cta": WORDS})
DRAFT = Draft("Слова", "answered_call", ("cta",), (Variant("a", "Сейчас", 0.5, {}), B_SAYS), 0.2, 14)


@dataclass
class Lab:
    """One site with a marketer, and short ways to make things happen there."""

    storage: Storage
    clock: FakeClock
    sites: SiteService
    trials: TrialService
    beacon: BeaconService
    site: Site
    marketer: OperatorIdentity
    changed: list[str]

    def start(self, **changes: Any) -> Experiment:
        experiment = self.trials.create_draft(self.marketer, self.site.id, replace(DRAFT, **changes))
        return self.trials.start(self.marketer, experiment.id)

    def report(self, visitor: str, *events: dict[str, Any], ua: str = IPHONE, **context: Any) -> None:
        identity = SiteIdentity(self.site.id, self.site.key, self.site.account_id, "ru", frozenset("*"))
        page = {"page": "https://shop.example/", "device": "phone", **context}
        self.beacon.take(identity, {"visitor": visitor, "context": page, "events": list(events)}, ua)

    def expose(self, visitor: str, experiment: Experiment, variant: str, **more: Any) -> None:
        self.report(visitor, exposure(experiment, variant), **more)

    def act(self, visitor: str, metric: str = "answered_call", source: str | None = None) -> None:
        with self.storage.begin() as tx:
            recorder.on_act(tx, source or new_id(), self.site.id, visitor, metric, self.clock.now())

    def counts(self, experiment: Experiment) -> list[tuple[int, int]]:
        known = self.trials.access_experiment(self.marketer, experiment.id)
        return [(line.exposed, line.converted) for line in self.trials.report(known).lines]

    def verdict(self, experiment: Experiment) -> str:
        return self.trials.report(self.trials.access_experiment(self.marketer, experiment.id)).verdict


def exposure(experiment: Experiment, variant: str, **more: Any) -> dict[str, Any]:
    return {"id": new_id(), "type": "exposure", "experiment": experiment.key, "variant": variant, **more}


def marketer_of(site: Site) -> OperatorIdentity:
    ids = frozenset({site.id})
    return OperatorIdentity(new_id(), site.account_id, "Мария", "m@shop.example", "marketer", "ru", False, 1, ids)


@pytest.fixture
def open_site(storage: Storage, clock: FakeClock) -> Callable[[str], Site]:
    sites = SiteService(storage, clock)

    def open_one(name: str) -> Site:
        with storage.begin() as tx:
            account = insert_account(tx, name, clock.now())
        number = NumberDraft("+78005553535", "8 800 555-35-35")
        return sites.create_site(account, SiteDraft(name, numbers=(number,)))

    return open_one


@pytest.fixture
def lab(storage: Storage, clock: FakeClock, bus: Bus, open_site: Callable[[str], Site]) -> Lab:
    sites = SiteService(storage, clock)
    beacon = BeaconService(storage, clock, lambda site, page: None, gather=timedelta(0))
    changed: list[str] = []
    bus.within(VisitorReported, recorder.on_visitor_reported)
    bus.after(TrialsChanged, lambda made: changed.append(made.site_id))
    site = open_site("Окна")
    trials = TrialService(storage, clock, sites, beacon)
    return Lab(storage, clock, sites, trials, beacon, site, marketer_of(site), changed)
