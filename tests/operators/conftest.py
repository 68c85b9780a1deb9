from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.cast import FakeClock
from tests.operators.browser import Browser
from widget_server.app import create_app
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.limits import Limits
from widget_server.house import House, build
from widget_server.kernel.bus import Bus
from widget_server.operators.model import AccessChanged, OperatorDraft, PresenceChanged
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings, load_settings
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, data_dir=str(tmp_path / "var"), limit_logins_per_account="5/minute")


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
def house(database_url: str, settings: Settings, clock: FakeClock) -> Iterator[House]:
    made = build(replace(settings, database_url=database_url), clock, CHEAP)
    yield made
    made.storage.close()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all the applications of these tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(house: House, compiled: FileSystemBytecodeCache) -> Flask:
    made = create_app(house)
    made.jinja_env.bytecode_cache = compiled
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def olga(house: House, browser: Browser) -> Browser:
    """The owner's browser, logged in; her account has no site yet."""
    house.operators.open_account("Окна", OperatorDraft("Ольга Орлова", "olga@okna.example", PASSWORD, "owner"))
    browser.post("/console/login", email="olga@okna.example", password=PASSWORD)
    return browser
