from dataclasses import replace

import pytest
from flask import Flask

from tests.cast import FakeClock
from tests.operators.browser import Browser
from tests.seeding import CHEAP, PASSWORD
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.limits import Limits
from widget_server.kernel.bus import Bus
from widget_server.operators.model import AccessChanged, OperatorDraft, PresenceChanged
from widget_server.operators.service import OperatorService
from widget_server.rooms import House
from widget_server.settings import Settings
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, limit_logins_per_account="5/minute")


@pytest.fixture
def operators(storage: Storage, clock: FakeClock, settings: Settings) -> OperatorService:
    return OperatorService(storage, clock, CHEAP, Limits(), settings)


@pytest.fixture
def sites(storage: Storage, clock: FakeClock) -> SiteService:
    return SiteService(storage, clock)


@pytest.fixture
def owner(operators: OperatorService) -> OperatorIdentity:
    return operators.open_account("Окна", OperatorDraft("Ольга Орлова", "olga@okna.example", PASSWORD, "owner"))


@pytest.fixture
def shop(sites: SiteService, owner: OperatorIdentity) -> Site:
    return sites.create_site(owner.account_id, SiteDraft("Окна Плюс"))


@pytest.fixture
def anna(operators: OperatorService, owner: OperatorIdentity, shop: Site) -> OperatorIdentity:
    draft = OperatorDraft("Анна", "anna@okna.example", PASSWORD, "operator", site_ids=frozenset({shop.id}))
    return operators.create_operator(owner.account_id, draft)


@pytest.fixture
def stranger(operators: OperatorService, owner: OperatorIdentity) -> OperatorIdentity:
    """The owner of another account."""
    draft = OperatorDraft("Ева", "eve@other.example", PASSWORD, "owner")
    return operators.open_account("Другие", draft, first=False)


@pytest.fixture
def presence(bus: Bus) -> list[tuple[str, ...]]:
    heard: list[tuple[str, ...]] = []
    bus.after(PresenceChanged, lambda event: heard.append(event.site_ids))
    return heard


@pytest.fixture
def ended(bus: Bus) -> list[str]:
    heard: list[str] = []
    bus.after(AccessChanged, lambda event: heard.append(event.operator_id))
    return heard


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def olga(house: House, browser: Browser) -> Browser:
    """The owner's browser, logged in; her account has no site yet."""
    house.operators.open_account("Окна", OperatorDraft("Ольга Орлова", "olga@okna.example", PASSWORD, "owner"))
    browser.post("/console/login", email="olga@okna.example", password=PASSWORD)
    return browser
