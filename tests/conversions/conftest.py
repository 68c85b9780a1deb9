from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.cast import FakeClock
from tests.conversions.systems import SECRETS, TOKEN, Counter, Google
from tests.conversions.test_files import CLIENT_ID, GCLID, act, click
from tests.funnel.conftest import funnel, switch
from tests.notify.receivers import served
from tests.seeding import Cast
from tests.tracking.conftest import owner, work
from widget_server.conversions.upload_model import Account, System
from widget_server.rooms import House
from widget_server.settings import Settings
from widget_server.sites.analytics import Analytics

ACTIONS = {"customer_id": "123-456-7890", "callback": "111", "order": "222"}


@pytest.fixture
def google() -> Iterator[Google]:
    with served(Google()) as running:
        assert isinstance(running, Google)
        yield running


@pytest.fixture
def counter() -> Iterator[Counter]:
    with served(Counter()) as running:
        assert isinstance(running, Counter)
        yield running


@pytest.fixture
def settings(settings: Settings, google: Google, counter: Counter) -> Settings:
    own = {"google_ads_url": f"{google.url}/v26", "google_oauth_url": f"{google.url}/token"}
    return replace(settings, **own, metrika_url=counter.url)


@dataclass
class Desk:
    """A site that keeps clicks, with both accounts connected."""

    house: House
    cast: Cast
    clock: FakeClock

    def do(self, visitor: str = "a" * 26, metric: str = "callback", **ids: str) -> None:
        click(self.house, self.cast, visitor, **(ids or {"gclid": GCLID, "ym": CLIENT_ID}))
        act(self.house, self.cast, visitor, metric)

    def upload(self, system: System) -> None:
        self.clock.forward(seconds=1)
        self.house.conversions.uploads.upload_now(self.house.sites.get_site(self.cast.site.id), system)
        self.work()

    def work(self, **later: float) -> None:
        self.clock.forward(**(later or {"seconds": 1}))
        for runner in self.house.runners:
            runner.sweep()
        work(self.house)

    def account(self, system: System) -> Account:
        return self.house.conversions.uploads.look_at(self.cast.site, 30).accounts[system]

    def counts(self) -> dict[Any, int]:
        return dict(self.house.conversions.uploads.look_at(self.cast.site, 30).counts)

    def connect(self, **typed: str) -> None:
        by, uploads = owner(self.house, self.cast), self.house.conversions.uploads
        uploads.connect(by, self.cast.site, "google_ads", {**ACTIONS, **SECRETS, **typed})
        uploads.connect(by, self.cast.site, "metrika", {"counter_id": "44147844", "token": TOKEN})


@pytest.fixture
def desk(house: House, cast: Cast, clock: FakeClock) -> Desk:
    house.sites.update_site(cast.site.id, {"analytics": Analytics(clicks="on")})
    made = Desk(house, cast, clock)
    made.connect()
    return made


__all__ = ["funnel", "switch"]
