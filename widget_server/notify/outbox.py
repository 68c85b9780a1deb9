"""Sending what was written down: an attempt is committed before it is made, and its outcome after."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from widget_server.kernel.clock import Clock
from widget_server.notify import store
from widget_server.notify.model import KEPT, Channel, Delivery, Message, Target
from widget_server.notify.port import Messenger, Receipt, Undelivered
from widget_server.notify.service import NotifyService
from widget_server.notify.wording import compose
from widget_server.settings import Settings
from widget_server.sites.store import find_sites, sites
from widget_server.storage import Storage, Tx

log = logging.getLogger(__name__)
# An attempt that began longer ago was given up by a worker that died.
LONGEST_ATTEMPT = timedelta(seconds=45)


class StillSending(Exception):
    """Another worker may be at it: the runner asks again in a moment."""


class Outbox:
    """Makes the attempts. At least once: who gets the same ``message.id`` twice may drop the second."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        notify: NotifyService,
        messengers: Mapping[Channel, Messenger],
        settings: Settings,
    ) -> None:
        self._storage, self._clock, self._notify = storage, clock, notify
        self._messengers, self._url = messengers, settings.url

    def send(self, delivery_id: str) -> None:
        """Make one attempt if it is due; a failure writes down when the next one is."""
        with self._storage.begin() as tx:
            begun = self._begin(tx, delivery_id)
        if begun is None:
            return
        target, message = begun
        try:
            receipt = self._hand_over(target, message)
        except Undelivered as problem:
            with self._storage.begin() as tx:
                self._note_failure(tx, target, delivery_id, problem)
        else:
            with self._storage.begin() as tx:
                self._note_success(tx, target, delivery_id, receipt)

    def tidy(self) -> None:
        """Forget what was told long ago."""
        with self._storage.begin() as tx:
            store.forget_older(tx, self._clock.now() - KEPT)

    def _begin(self, tx: Tx, delivery_id: str) -> tuple[Target, Message] | None:
        """Note the attempt and return what is to be sent; None if there is nothing to send now (any more)."""
        now = self._clock.now()
        delivery = next(iter(store.find_deliveries(tx, store.deliveries.c.id == delivery_id)), None)
        if delivery is None or delivery.state not in ("queued", "sending") or delivery.due_at > now:
            return None
        if delivery.state == "sending" and delivery.tried_at is not None and now - delivery.tried_at < LONGEST_ATTEMPT:
            raise StillSending
        target = store.find_target(tx, delivery.target_id)
        if target is None or not store.begin_attempt(tx, delivery, now):
            return None
        parts = store.list_folded(tx, delivery.id) if delivery.kind == "summary" else []
        if delivery.kind == "summary" and not parts:
            store.delete_delivery(tx, delivery.id)
            return None
        if not target.is_open and delivery.kind != "test":
            store.update_delivery(tx, delivery.id, state="failed", error="target_shut")
            return None
        return target, self._compose(tx, delivery, target, parts)

    def _compose(self, tx: Tx, delivery: Delivery, target: Target, parts: list[Delivery]) -> Message:
        wanted = {one.site_id for one in (delivery, *parts)}
        known = {site.id: site for site in find_sites(tx, sites.c.id.in_(wanted))}
        return compose(delivery, target, known, parts, self._url, self._clock.now())

    def _hand_over(self, target: Target, message: Message) -> Receipt:
        messenger = self._messengers[target.channel]
        if messenger.missing is not None:
            raise Undelivered("not_set_up")
        try:
            return messenger.send(target, message)
        except Undelivered:
            raise
        except Exception as error:  # a mistake of ours must not leave a delivery without an outcome
            log.exception("a %s message could not be made", target.channel)
            raise Undelivered("broken") from error

    def _note_success(self, tx: Tx, target: Target, delivery_id: str, receipt: Receipt) -> None:
        outcome: dict[str, Any] = {"status": receipt.status, "excerpt": receipt.excerpt, "error": None}
        store.update_delivery(tx, delivery_id, state="sent", **outcome)
        if target.problem is not None:
            store.update_target(tx, target.id, problem=None)

    def _note_failure(self, tx: Tx, target: Target, delivery_id: str, problem: Undelivered) -> None:
        now = self._clock.now()
        delivery = store.get_delivery(tx, delivery_id)
        outcome: dict[str, Any] = {"status": problem.receipt.status, "excerpt": problem.receipt.excerpt}
        if problem.moved_to is not None:
            store.update_target(tx, target.id, address=problem.moved_to)
        if problem.gone:
            is_browser = target.channel == "webpush"  # it cannot be opened again: the browser makes a new one
            store.update_target(tx, target.id, problem=problem.code, **({"removed_at": now} if is_browser else {}))
        if problem.permanent or delivery.gives_up:
            store.update_delivery(tx, delivery_id, state="failed", error=problem.code, **outcome)
            return
        due_at = delivery.next_try(now, problem.wait)
        store.update_delivery(tx, delivery_id, state="queued", error=problem.code, due_at=due_at, **outcome)
        self._notify.tell(tx, store.get_delivery(tx, delivery_id))
