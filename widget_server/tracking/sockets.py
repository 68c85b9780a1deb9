"""Hints to open consoles that a call that came in has moved."""

from widget_server.edge.push import Push
from widget_server.tracking.handling import InboundDesk
from widget_server.tracking.model import InboundChanged
from widget_server.tracking.views import InboundViews


class InboundPush:
    """Speaks after the commit. What is told is read afresh, so a late hint says nothing old."""

    def __init__(self, push: Push, desk: InboundDesk, views: InboundViews) -> None:
        self._push = push
        self._desk = desk
        self._views = views

    def on_inbound_changed(self, event: InboundChanged) -> None:
        inbound = self._desk.get_inbound(event.call_id)
        self._push.to_operators(inbound.site_id, "call", {"call": self._views.console_view(inbound)})
