"""What people of the console decide: who is told, what, when; and looking at what was told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock, iso
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.notify import store
from widget_server.notify.keys import Keys, written_secret
from widget_server.notify.linking import TelegramLinking
from widget_server.notify.model import KINDS_OF, MOST_TARGETS, Alert, Channel, Delivery, Target, Wishes, kinds_for
from widget_server.notify.port import Address, Messenger
from widget_server.notify.service import NotifyService, new_delivery, new_target
from widget_server.notify.store import PRESENT, targets
from widget_server.storage import Storage, Tx

PAGE = 50


@dataclass(frozen=True)
class Channels:
    """The ways to reach somebody, and how their addresses are read (Telegram's and browsers' are not typed)."""

    messengers: Mapping[Channel, Messenger]
    readers: Mapping[Channel, Callable[[str], Address]]
    read_subscription: Callable[[Mapping[str, Any], str], Address]
    push_key: Callable[[], str]


class TargetService:
    """The use cases of the page "Alerts"."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        notify: NotifyService,
        channels: Channels,
        linking: TelegramLinking,
        keys: Keys,
    ) -> None:
        self._storage, self._clock, self._notify = storage, clock, notify
        self._channels, self._linking, self._keys = channels, linking, keys

    def missing(self, channel: Channel) -> str | None:
        """Return the setting without which the channel does not work."""
        return self._channels.messengers[channel].missing

    @property
    def push_key(self) -> str:
        """The key that browsers subscribe to."""
        return self._channels.push_key()

    def list_targets(self, by: OperatorIdentity) -> list[Target]:
        """Return whom the operator may see: owners and admins all, others their own browsers."""
        with self._storage.begin() as tx:
            self._notify.greet_owners(tx, by.account_id)
            found = store.find_targets(tx, targets.c.account_id == by.account_id, PRESENT)
        return [target for target in found if _may_see(by, target)]

    def access_target(self, by: OperatorIdentity, target_id: str) -> Target:
        """Return a target of the operator's, removed ones too.

        Raises
        ------
        NotFound
        """
        with self._storage.read() as tx:
            target = store.find_target(tx, target_id)
        if target is None or not _may_see(by, target):
            raise NotFound("not_found")
        return target

    def add(self, by: OperatorIdentity, channel: Channel, typed: str, wishes: Wishes) -> Target:
        """Add somebody to be told.

        Raises
        ------
        BadInput
            For an address that cannot be one, or wishes that are not theirs to have.
        Conflict
            ``target_taken``, ``too_many_targets``.
        """
        _check(by, wishes, channel)
        read = self._channels.readers.get(channel)
        address = read(typed) if read is not None else Address("Telegram", "")
        with self._storage.begin() as tx:
            target = self._insert(tx, by, channel, address, wishes)
            if channel == "telegram":
                self._linking.offer_code(tx, target)
        return target

    def subscribe_browser(self, by: OperatorIdentity, subscription: Mapping[str, Any], agent: str) -> Target:
        """Tell the operator in this browser too. A browser that is known keeps its wishes; it is one operator's."""
        address = self._channels.read_subscription(subscription, agent)
        browsers = targets.c.channel == "webpush", PRESENT
        with self._storage.begin() as tx:
            for other in store.find_targets(tx, *browsers, targets.c.address == address.address):
                if other.operator_id != by.id:
                    store.update_target(tx, other.id, removed_at=self._clock.now())
            same = targets.c.address.in_((address.address, str(subscription.get("replaces", ""))))
            known = store.find_targets(tx, *browsers, targets.c.operator_id == by.id, same)
            if known:
                now = {"address": address.address, "data": dict(address.data), "name": address.name, "problem": None}
                store.update_target(tx, known[0].id, **now)
                return known[0]
            return self._insert(tx, by, "webpush", address, Wishes(frozenset(KINDS_OF[by.role]), language=by.language))

    def change(self, by: OperatorIdentity, target_id: str, wishes: Wishes) -> None:
        target = self.access_target(by, target_id)
        _check(by, wishes, target.channel)
        with self._storage.begin() as tx:
            store.update_target(tx, target.id, wishes=wishes)

    def open(self, by: OperatorIdentity, target_id: str) -> None:
        """Tell a target again that was shut because of a problem."""
        with self._storage.begin() as tx:
            store.update_target(tx, self.access_target(by, target_id).id, problem=None)

    def remove(self, by: OperatorIdentity, target_id: str) -> None:
        target = self.access_target(by, target_id)
        with self._storage.begin() as tx:
            store.update_target(tx, target.id, removed_at=self._clock.now())

    def restore(self, by: OperatorIdentity, target_id: str) -> None:
        target = self.access_target(by, target_id)
        with self._storage.begin() as tx:
            store.update_target(tx, target.id, removed_at=None)

    def reconnect(self, by: OperatorIdentity, target_id: str) -> None:
        """Give a Telegram target a new code; until it is used, the old chat hears everything."""
        target = self.access_target(by, target_id)
        if target.channel != "telegram":
            raise NotFound("not_found")
        with self._storage.begin() as tx:
            self._linking.offer_code(tx, target)

    def rotate(self, by: OperatorIdentity, target_id: str) -> None:
        """Give a webhook a new secret; for a day the old one signs too."""
        target = self._access_webhook(by, target_id)
        data = {"secret": int(target.data["secret"]) + 1, "rotated_at": iso(self._clock.now())}
        with self._storage.begin() as tx:
            store.update_target(tx, target.id, data=data)

    def secret_of(self, by: OperatorIdentity, target_id: str) -> str:
        """Return the secret by which a webhook's receiver knows us."""
        target = self._access_webhook(by, target_id)
        return written_secret(self._keys.webhook_secrets(target, self._clock.now())[0])

    def test(self, by: OperatorIdentity, target_id: str) -> Delivery:
        """Send a test message, as real ones are sent."""
        target = self.access_target(by, target_id)
        now = self._clock.now()
        delivery = new_delivery(target, Alert("test", "", new_id(), now), now, now)
        with self._storage.begin() as tx:
            store.insert_delivery(tx, delivery)
            self._notify.tell(tx, delivery)
        return delivery

    def replay(self, by: OperatorIdentity, delivery_id: str) -> Delivery:
        """Send what was told, or could not be, once more, under its own id.

        Raises
        ------
        Conflict
            ``still_sending``.
        """
        now = self._clock.now()
        known = self.access_delivery(by, delivery_id)
        with self._storage.begin() as tx:
            if not store.put_back(tx, known, now):
                raise Conflict("still_sending")
            again = replace(known, due_at=now)
            self._notify.tell(tx, again)
        return again

    def access_delivery(self, by: OperatorIdentity, delivery_id: str) -> Delivery:
        """Return a delivery to one of the operator's targets.

        Raises
        ------
        NotFound
        """
        with self._storage.read() as tx:
            delivery = store.get_delivery(tx, delivery_id)
        self.access_target(by, delivery.target_id)
        return delivery

    def list_deliveries(self, known: Sequence[Target], before: str = "") -> list[Delivery]:
        """Return what these targets were told, the latest first, a page and one; ``before`` is the last one seen."""
        own = store.deliveries.c.target_id.in_([target.id for target in known])
        with self._storage.read() as tx:
            last = store.find_deliveries(tx, own, store.deliveries.c.id == before)
            return store.find_deliveries(tx, own, *(store.listed_after(one) for one in last), most=PAGE + 1)

    def latest(self, known: Sequence[Target]) -> dict[str, Delivery]:
        with self._storage.read() as tx:
            return store.list_latest(tx, [target.id for target in known])

    def stop(self, target_id: str, token: str) -> Target:
        """Return the target of a link in a letter; ``shut`` ends the letters.

        Raises
        ------
        NotFound
            Unless the link is one that we wrote.
        """
        with self._storage.read() as tx:
            target = store.find_target(tx, target_id)
        if target is None or not self._keys.is_stop_token(target_id, token):
            raise NotFound("not_found")
        return target

    def shut(self, target: Target) -> None:
        with self._storage.begin() as tx:
            store.update_target(tx, target.id, problem="stopped")

    def _insert(self, tx: Tx, by: OperatorIdentity, channel: Channel, address: Address, wishes: Wishes) -> Target:
        if store.count_targets(tx, by.account_id) >= MOST_TARGETS:
            raise Conflict("too_many_targets", most=MOST_TARGETS)
        same = targets.c.address == address.address, targets.c.channel == channel
        if address.address and store.find_targets(tx, targets.c.account_id == by.account_id, PRESENT, *same):
            raise Conflict("target_taken", field="address")
        plain = new_target(by.account_id, channel, address.name, address.address, wishes, self._clock.now())
        made = replace(plain, data=address.data, operator_id=by.id if channel == "webpush" else None)
        store.insert_target(tx, made)
        return made

    def _access_webhook(self, by: OperatorIdentity, target_id: str) -> Target:
        target = self.access_target(by, target_id)
        if target.channel != "webhook":
            raise NotFound("not_found")
        return target


def _may_see(by: OperatorIdentity, target: Target) -> bool:
    return target.account_id == by.account_id and (by.administers or target.operator_id == by.id)


def _check(by: OperatorIdentity, wishes: Wishes, channel: Channel) -> None:
    if not wishes.kinds or not wishes.kinds <= set(kinds_for(by.role, channel)):
        raise BadInput("bad_kinds", field="kinds")
    if not wishes.site_ids <= by.site_ids:
        raise BadInput("bad_choice", field="sites")
