"""What calls back cost a site in a day: counted by the owner's prices, told at 50, 80 and 100 %, stopped at the end."""

from datetime import UTC, datetime, time, timedelta

from widget_server.callbacks.guard import spending_store, store
from widget_server.callbacks.guard.blocks import Block, set_block
from widget_server.callbacks.guard.model import (
    BLOCKED_FOR,
    DAY,
    DROPPED_WITHIN,
    DROPS,
    SPEND_ALARMS,
    AbuseSuspected,
)
from widget_server.callbacks.guard.spending_store import Pause
from widget_server.calls.model import Call, CallEnded
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict
from widget_server.sites.calling import Calling
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.sites.store import get_site
from widget_server.storage import Tx

NEVER_DIALLED = ("nobody", "late", "paused")


class Spending:
    """The money of a site's calls back, and the switch that stops them."""

    def __init__(self, clock: Clock, sites: SiteService) -> None:
        self._clock, self._sites = clock, sites

    def check(self, tx: Tx, site: Site, *, now: bool) -> None:
        """Let a request through that is written already; one for ``now`` needs money left beside all that go on.

        Raises
        ------
        Conflict
            ``callbacks_paused``.
        """
        known = spending_store.find_pause(tx, site.id)
        if known.paused_at is not None:
            raise Conflict("callbacks_paused")
        live = spending_store.count_live(tx, site.id) if now else 0
        allowed = site.calling.budget + self._granted(site, known)
        if site.calling.budget and self.spent(tx, site) + live * least_cost(site.calling) > allowed:
            raise Conflict("callbacks_paused")

    def on_call_ended(self, tx: Tx, event: CallEnded) -> None:
        """Write down what a call cost, and block a number that only answers to hang up."""
        call = event.call
        if call.direction != "callback" or call.ended_at is None or not was_dialled(call):
            return
        site = get_site(tx, call.site_id)
        store.lock(tx, [f"site {site.id}"])
        dropped = is_dropped(call)
        new = {"call_id": call.id, "site_id": site.id, "phone": call.phone, "day": day_of(site, call.ended_at)}
        amount = cost_of(call, site.calling)
        if spending_store.add_cost(tx, {**new, "at": call.ended_at, "amount": amount, "dropped": dropped}):
            self._watch_money(tx, site)
            if dropped and spending_store.count_drops(tx, call.phone, call.ended_at - DAY) >= DROPS:
                until = call.ended_at + (BLOCKED_FOR["dropped"] or DAY)
                set_block(tx, site.account_id, Block(call.phone, "dropped", call.ended_at, until))

    def pause(self, tx: Tx, site: Site, why: str) -> None:
        """Stop all calls back of a site; safe to repeat."""
        known = spending_store.find_pause(tx, site.id)
        if known.paused_at is None:
            stopped = Pause(self._clock.now(), why, known.day, known.granted)
            spending_store.set_pause(tx, site.id, stopped)
            self._sites.touch(tx, site.id)

    def resume(self, tx: Tx, site: Site) -> None:
        """Allow calls back again; if the day's money is gone, grant the same once more for today."""
        granted, today = self._granted(site, spending_store.find_pause(tx, site.id)), day_of(site, self._clock.now())
        if site.calling.budget and self.spent(tx, site) + least_cost(site.calling) > site.calling.budget + granted:
            granted += site.calling.budget
        spending_store.set_pause(tx, site.id, Pause(None, None, today, granted))
        self._sites.touch(tx, site.id)

    def allowed(self, tx: Tx, site: Site) -> int:
        """Return today's budget with what was granted above it."""
        return site.calling.budget + self._granted(site, spending_store.find_pause(tx, site.id))

    def _granted(self, site: Site, known: Pause) -> int:
        return known.granted if known.day == day_of(site, self._clock.now()) else 0

    def spent(self, tx: Tx, site: Site) -> int:
        return spending_store.spent_on(tx, site.id, day_of(site, self._clock.now()))

    def _watch_money(self, tx: Tx, site: Site) -> None:
        if not site.calling.budget:
            return
        spent, allowed, now = self.spent(tx, site), self.allowed(tx, site), self._clock.now()
        is_gone = spent + least_cost(site.calling) > allowed
        share = 100 if is_gone else min(99, spent * 100 // allowed)
        for mark, kind in SPEND_ALARMS:
            if share >= mark:
                alarm = AbuseSuspected(site.id, kind, share, now)
                store.raise_alarm(tx, alarm, day_start(site, now))
        if is_gone:
            self.pause(tx, site, "spent")


def least_cost(calling: Calling) -> int:
    """Return what a call costs at least that is answered: the attempt and one minute."""
    return calling.attempt_price + calling.minute_price


def cost_of(call: Call, calling: Calling) -> int:
    """Return what a dialled call cost: the attempt, and each begun minute since the visitor answered."""
    began = call.visitor_answered_at or call.connected_at
    talked = call.ended_at - began if began is not None and call.ended_at is not None else timedelta()
    return calling.attempt_price + -(-int(talked.total_seconds()) // 60) * calling.minute_price


def was_dialled(call: Call) -> bool:
    """Tell whether the visitor's number was (perhaps) dialled: that is what costs."""
    return call.outcome not in NEVER_DIALLED and (call.first == "visitor" or call.answered_at is not None)


def is_dropped(call: Call) -> bool:
    talk = call.talk()
    return call.outcome == "talked" and talk is not None and talk < DROPPED_WITHIN


def day_of(site: Site, at: datetime) -> str:
    return at.astimezone(site.zone).date().isoformat()


def day_start(site: Site, at: datetime) -> datetime:
    return datetime.combine(at.astimezone(site.zone).date(), time(), site.zone).astimezone(UTC)
