from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.crm.bitrix24 import Bitrix24
from tests.funnel.conftest import Funnel, funnel, switch
from tests.notify.receivers import served
from tests.tracking.conftest import work
from widget_server.crm import store
from widget_server.crm.model import Connection, Link
from widget_server.funnel.model import Lead
from widget_server.settings import Settings


@pytest.fixture
def bitrix() -> Iterator[Bitrix24]:
    with served(Bitrix24()) as running:
        assert isinstance(running, Bitrix24)
        yield running


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Our Bitrix24 is on this machine."""
    return replace(settings, webhooks_private_networks=True)


@dataclass
class Crm:
    """A site whose CRM is our Bitrix24."""

    funnel: Funnel
    bitrix: Bitrix24

    def connect(self, address: str | None = None) -> None:
        self.funnel.house.crm.crm.connect(self.funnel.owner, self.funnel.cast.site, address or self.bitrix.address)
        self.work()

    def work(self, **later: float) -> None:
        self.funnel.clock.forward(**(later or {"seconds": 4}))
        for runner in self.funnel.house.runners:
            runner.sweep()
        work(self.funnel.house)

    @property
    def connection(self) -> Connection:
        found = self.funnel.house.crm.crm.find(self.funnel.cast.site)
        assert found is not None
        return found

    def link(self, lead: Lead) -> Link:
        with self.funnel.house.storage.read() as tx:
            found = store.find_link(tx, lead.id)
        assert found is not None
        return found


@pytest.fixture
def crm(funnel: Funnel, bitrix: Bitrix24) -> Crm:
    made = Crm(funnel, bitrix)
    made.connect()
    bitrix.calls.clear()
    return made


__all__ = ["funnel", "switch"]
