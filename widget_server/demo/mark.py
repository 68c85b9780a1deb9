"""Tells who looks at a console that what they see is made up."""

from collections.abc import Sequence

from widget_server.demo.clearing import is_filled
from widget_server.sites.model import DEMO_KEY, Site
from widget_server.storage import Storage


class DemoMark:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def is_wanted(self, sites: Sequence[Site]) -> bool:
        """Tell whether one of the sites is the demo shop and holds made-up traffic; others cost no question."""
        demo = next((site for site in sites if site.key == DEMO_KEY), None)
        if demo is None:
            return False
        with self._storage.read() as tx:
            return is_filled(tx, demo.id)
