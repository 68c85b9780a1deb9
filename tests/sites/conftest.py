import pytest

from tests.cast import FakeClock
from widget_server.kernel.bus import Bus
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.model import Site, SiteChanged
from widget_server.sites.service import SiteService
from widget_server.sites.store import insert_account
from widget_server.storage import Storage

TOLL_FREE = NumberDraft("+78005553535", "8 800 555-35-35")
ORDINARY = NumberDraft("+74957301496", "8 495 730-14-96")


@pytest.fixture
def sites(storage: Storage, clock: FakeClock) -> SiteService:
    return SiteService(storage, clock)


@pytest.fixture
def account(storage: Storage, clock: FakeClock) -> str:
    with storage.begin() as tx:
        return insert_account(tx, "Окна", clock.now())


@pytest.fixture
def shop(sites: SiteService, account: str) -> Site:
    draft = SiteDraft("Окна Плюс", key="okna", origins=("https://okna.ru",), numbers=(TOLL_FREE, ORDINARY))
    return sites.create_site(account, draft)


@pytest.fixture
def changes(bus: Bus) -> list[SiteChanged]:
    heard: list[SiteChanged] = []
    bus.after(SiteChanged, heard.append)
    return heard
