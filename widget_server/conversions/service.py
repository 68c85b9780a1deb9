"""Clicks kept where an owner wants it, and files of what came of them."""

from datetime import timedelta

from widget_server.beacon.model import VisitorReported
from widget_server.conversions import store
from widget_server.conversions.model import FORMS, KEPT, Conversion
from widget_server.kernel.clock import Clock
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx


class ConversionService:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def on_visitor_reported(self, tx: Tx, made: VisitorReported) -> None:
        """Keep the ids of a click, within the transaction that tells of it; nothing where the site does not ask."""
        told = [event for event in made.events if event.clicks]
        if not told or made.is_bot or get_site(tx, made.site_id).analytics.clicks == "off":
            return
        store.forget_clicks(tx, made.site_id, made.at - KEPT)
        for event in told:
            for kind, value in event.clicks:
                if kind in FORMS and FORMS[kind].fullmatch(value):
                    store.note_click(tx, made.site_id, made.visitor_id, kind, value, event.at)

    def conversions(self, site_id: str, days: int) -> list[Conversion]:
        """Return what came of clicks in the last ``days``."""
        now = self._clock.now()
        with self._storage.read() as tx:
            return store.list_conversions(tx, site_id, now - timedelta(days=days), now)
