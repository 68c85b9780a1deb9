"""The services, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from widget_server.commands.running import CannotRun
from widget_server.house import build
from widget_server.rooms import House
from widget_server.schema import upgrade
from widget_server.settings import Settings, load_settings


@contextmanager
def open_house(settings: Settings | None = None) -> Iterator[House]:
    """Open the database in force (its schema is brought up first) and close it after."""
    settings = settings or load_settings()
    upgrade(settings)
    house = build(settings)
    try:
        yield house
    finally:
        house.storage.close()


def account_of(house: House) -> str:
    """Return the account to which things are added."""
    account_id = house.sites.find_account()
    if account_id is None:
        raise CannotRun("there is no account yet. First: widget-server init --help")
    return account_id
