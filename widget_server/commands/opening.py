"""The services, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from widget_server.house import House, build
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


def tag_of(url: str, key: str) -> str:
    return f'<script async src="{url}/widget.js" data-site="{key}"></script>'
