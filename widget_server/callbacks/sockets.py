"""Hints to open pages that a callback has moved."""

from widget_server.callbacks.model import Callback, CallbackChanged
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.model import CallDeclined
from widget_server.edge.push import Push


class CallbackPush:
    """Speaks after the commit. What is told is read afresh, so a late hint says nothing old."""

    def __init__(self, push: Push, callbacks: CallbackService, views: CallbackViews) -> None:
        self._push = push
        self._callbacks = callbacks
        self._views = views

    def on_callback_changed(self, event: CallbackChanged) -> None:
        callback = self._callbacks.get_callback(event.callback.id)
        told = {"callback": self._views.visitor_view(callback)}
        self._push.to_visitor(callback.site_id, callback.visitor_id, "callback", told)
        self._tell_operators(callback)

    def on_call_declined(self, event: CallDeclined) -> None:
        if event.call.callback_id is not None:
            self._tell_operators(self._callbacks.get_callback(event.call.callback_id))

    def _tell_operators(self, callback: Callback) -> None:
        self._push.to_operators(callback.site_id, "callback", {"callback": self._views.console_view(callback)})
