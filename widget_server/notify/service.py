"""Writing down, in the transaction of the cause, who is to be told what and when."""

from contextlib import suppress
from datetime import datetime, timedelta

from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import new_id
from widget_server.notify import store
from widget_server.notify.model import BURST, BURST_WINDOW, KINDS, KINDS_OF, Alert, Channel, Delivery, Target, Wishes
from widget_server.notify.providers.email.address import read_address
from widget_server.notify.store import PRESENT, targets
from widget_server.notify.wording import params_for
from widget_server.operators.store import ENABLED, find_identities, operators
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.store import get_site
from widget_server.storage import Tx

AT_ONCE = timedelta(0)


class NotifyService:
    """What other rooms' events call (events.py)."""

    def __init__(self, clock: Clock, jobs: JobStore, settings: Settings) -> None:
        self._clock, self._jobs = clock, jobs
        self._has_mail = bool(settings.smtp_url)

    def alert(self, tx: Tx, alert: Alert, after: timedelta = AT_ONCE) -> int:
        """Tell everybody who wants to know, ``after`` a while; return how many will be told.

        Who was told of this occasion already is not told again. Until it is sent, ``withdraw`` takes it back.
        """
        site = get_site(tx, alert.site_id)
        self.greet_owners(tx, site.account_id)
        tomorrow = self._clock.now() + timedelta(days=1)
        self._jobs.add(tx, "notify.tidy", {}, tomorrow, f"notify.tidy:{tomorrow.date()}")
        return sum(self._write(tx, target, alert, site, after) for target in _audience(tx, alert, site))

    def publish(self, tx: Tx, event: Alert) -> int:
        """Post an event to every webhook that asked for it; return how many."""
        hooks = [
            one for one in store.list_hooks(tx, event.site_id) if one.is_open and one.wants(event.kind, event.site_id)
        ]
        return sum(self._write(tx, target, event, get_site(tx, event.site_id), AT_ONCE) for target in hooks)

    def withdraw(self, tx: Tx, subject: str) -> None:
        """Take back what nobody was told yet: a person has dealt with it."""
        store.forget_untold(tx, subject)

    def tell(self, tx: Tx, delivery: Delivery) -> None:
        """Have a delivery sent when it is due."""
        self._jobs.add(tx, "notify.send", {"delivery_id": delivery.id}, delivery.due_at)

    def greet_owners(self, tx: Tx, account_id: str) -> None:
        """Once mail can be sent, tell the owners everything by mail, until they wish otherwise."""
        if not self._has_mail:
            return
        for owner in find_identities(tx, operators.c.account_id == account_id, operators.c.role == "owner", ENABLED):
            with suppress(BadInput):  # an address that no mail server takes
                mail = read_address(owner.email)
                wishes = Wishes(kinds=frozenset(KINDS), language=owner.language)
                target = new_target(account_id, "email", mail.name, mail.address, wishes, self._clock.now())
                store.insert_target(tx, target, origin=f"owner:{owner.id}")

    def _write(self, tx: Tx, target: Target, alert: Alert, site: Site, after: timedelta) -> bool:
        wanted_at = self._clock.now() + after
        due_at = target.due_at(alert.kind, wanted_at, site.zone)
        delivery = new_delivery(target, alert, self._clock.now(), due_at)
        is_held = due_at > wanted_at
        is_crowd = not target.is_machine and store.count_due(tx, target.id, due_at, BURST_WINDOW) >= BURST
        if not store.insert_delivery(tx, delivery):
            return False
        if is_held or is_crowd:
            store.update_delivery(tx, delivery.id, state="folded", folded_into=self._summary(tx, delivery, is_held))
        else:
            self.tell(tx, delivery)
        return True

    def _summary(self, tx: Tx, delivery: Delivery, is_held: bool) -> str:
        """Return the summary that takes this alert in: the morning's, or the one of the next minute."""
        last = delivery.due_at if is_held else delivery.due_at + BURST_WINDOW
        known = store.find_summary(tx, delivery.target_id, delivery.due_at, last)
        if known is not None:
            return known
        made = Delivery(
            **vars(delivery)
            | {"id": new_id(), "kind": "summary", "due_at": last, "params": {}, "site_id": None}
            | {"occasion": f"summary:{delivery.id}", "subject": delivery.target_id}
        )
        store.insert_delivery(tx, made)
        self.tell(tx, made)
        return made.id


def new_target(account_id: str, channel: Channel, name: str, address: str, wishes: Wishes, at: datetime) -> Target:
    return Target(
        id=new_id(),
        account_id=account_id,
        channel=channel,
        name=name,
        address=address,
        data={},
        operator_id=None,
        wishes=wishes,
        problem=None,
        created_at=at,
        removed_at=None,
    )


def new_delivery(target: Target, alert: Alert, now: datetime, due_at: datetime) -> Delivery:
    return Delivery(
        id=new_id(),
        target_id=target.id,
        kind=alert.kind,
        site_id=alert.site_id or None,
        subject=alert.subject,
        occasion=alert.occasion,
        params=params_for(alert, target.wishes.details),
        alert_at=alert.at,
        state="queued",
        created_at=now,
        due_at=due_at,
        attempts=0,
        tried_at=None,
        status=None,
        excerpt=None,
        error=None,
        folded_into=None,
    )


def _audience(tx: Tx, alert: Alert, site: Site) -> list[Target]:
    """Return who wants to know; a browser only while its operator may see the site and such things."""
    present = store.find_targets(tx, targets.c.account_id == site.account_id, PRESENT)
    if alert.to:
        return [target for target in present if target.is_open and target.operator_id in alert.to]
    wanting = [target for target in present if target.is_open and target.wants(alert.kind, site.id)]
    ids = [target.operator_id for target in wanting if target.operator_id is not None]
    people = find_identities(tx, operators.c.id.in_(ids), ENABLED) if ids else []
    knowing = {one.id for one in people if site.id in one.site_ids and alert.kind in KINDS_OF[one.role]}
    return [target for target in wanting if target.operator_id is None or target.operator_id in knowing]
