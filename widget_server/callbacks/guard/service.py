"""Who may be dialled, how often and at whose cost: the last word on a request, in the transaction that writes it."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from widget_server.callbacks.guard import blocks, store
from widget_server.callbacks.guard.model import (
    DAY,
    HOUR,
    MINUTE,
    PERSONAL,
    AbuseSuspected,
    Act,
    AlarmKind,
    Use,
    bits_for,
    caps_of,
    caps_of_site,
    make_act,
)
from widget_server.callbacks.guard.proof import Asking, Proofs
from widget_server.callbacks.guard.spending import Spending
from widget_server.callbacks.guard.spending_store import is_paused
from widget_server.callbacks.model import Callback, Draft
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, ProductError, ProofNeeded, TooMany
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_format
from widget_server.sites.store import numbers
from widget_server.storage import Storage, Tx

EASIER_BITS = 2  # the rate may rise while a visitor's page works
OF_ADDRESS = ("address", "callers", "network")  # a program asks for many people from one address
REFUSED = ("too_many_callbacks", "phone_not_allowed", "phone_blocked")
MOST_WRITES, BATCH = 30, 100  # refusals: a write each within a minute, then one for so many
MANY_REFUSALS = 50


class Guard:
    """Admits requests and counts refusals."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, spending: Spending, settings: Settings) -> None:
        self._storage, self._clock, self._jobs, self._spending = storage, clock, jobs, spending
        self._caps = caps_of(settings)
        self._proofs = Proofs(settings.signing_key())
        self._refused: Counter[str] = Counter()
        self._minute, self._writes = clock.now(), 0
        self._counting = threading.Lock()

    def admit(self, tx: Tx, site: Site, draft: Draft, callback: Callback, address: str) -> None:
        """Let a request through that was just written in ``tx``, and count it; or raise, and all of it is undone.

        Raises
        ------
        Conflict
            ``callbacks_paused``.
        BadInput
            ``phone_not_allowed`` (a number of ours), ``phone_blocked``.
        TooMany
            ``too_many_callbacks``: a cap is used up.
        ProofNeeded
            The rate is suspicious and ``draft.proof`` shows too little work.
        """
        now = self._clock.now()
        act = make_act(callback.id, site.id, callback.visitor_id, callback.phone, address, now)
        store.lock(tx, _names(act))
        caps = tuple(cap for cap in self._caps if not (draft.is_trusted and cap.kind in OF_ADDRESS))
        *uses, minute = store.uses_of(tx, act, (*caps, *caps_of_site(site.calling)))
        full = next((use for use in uses if use.is_full), None)
        if full is not None:
            raise TooMany("too_many_callbacks", seconds=int(full.cap.window.total_seconds()))
        self._spending.check(tx, site, now=callback.due_at is None)
        self._check_number(tx, site, act.phone, now)
        self._check_proof(draft, act, uses, minute)
        store.add_act(tx, act)
        self._tell(tx, act, uses, minute)
        next_day = now + DAY
        self._jobs.add(tx, "guard.clean", {}, next_day, unique_key=f"guard.clean {next_day.date()}")

    def why_not(self, tx: Tx, site: Site, phone: str) -> str | None:
        """Say why a request that was let through must not be dialled any more: ``paused``, ``blocked``, ``own``."""
        if is_paused(tx, site.id):
            return "paused"
        if is_our_number(tx, phone):
            return "own"
        return "blocked" if blocks.find_block(tx, site.account_id, phone, self._clock.now()) else None

    @contextmanager
    def counting_refusals(self, site_id: str) -> Iterator[None]:
        """Count what is refused inside. A flood does not cost a write each: it waits in the process for its batch."""
        try:
            yield
        except ProductError as error:
            if error.code in REFUSED:
                self._refuse(site_id)
            raise

    def _check_number(self, tx: Tx, site: Site, phone: str, now: datetime) -> None:
        if is_our_number(tx, phone):
            raise BadInput("phone_not_allowed", field="phone", example=phone_format(site.country)["example"])
        if blocks.find_block(tx, site.account_id, phone, now) is not None:
            raise BadInput("phone_blocked", field="phone")

    def _check_proof(self, draft: Draft, act: Act, uses: Sequence[Use], minute: Use) -> None:
        rates = [use.share for use in uses if use.cap.kind not in PERSONAL and use.cap.window <= HOUR]
        share = max([minute.share / 2, *rates])
        bits, asking = 0 if draft.is_trusted else bits_for(share), Asking(act.site_id, act.visitor_id, draft.key)
        if bits and self._proofs.bits_of(draft.proof or "", asking, act.at) < bits - EASIER_BITS:
            raise ProofNeeded("proof_needed", challenge=self._proofs.challenge(asking, bits, act.at))

    def _tell(self, tx: Tx, act: Act, uses: Sequence[Use], minute: Use) -> None:
        """Raise the alarm when a request used the last of a cap, or one of many within a minute."""
        found: list[tuple[AlarmKind, int]] = [
            (use.cap.kind, use.used + 1)
            for use in uses
            if use.cap.kind != "number" and use.cap.kind != "visitor" and use.used + 1 >= use.cap.most
        ]
        if minute.used + 1 >= minute.cap.most:
            found.append(("burst", minute.used + 1))
        for kind, figure in found:
            store.raise_alarm(tx, AbuseSuspected(act.site_id, kind, figure, act.at), hour_of(act.at))

    def _refuse(self, site_id: str) -> None:
        now = self._clock.now()
        with self._counting:
            self._refused[site_id] += 1
            if now - self._minute >= MINUTE:
                self._minute, self._writes = now, 0
            if self._writes >= MOST_WRITES and self._refused.total() < BATCH:
                return
            self._writes += 1
            counted, self._refused = self._refused, Counter()
        with self._storage.begin() as tx:
            for one, count in sorted(counted.items()):
                total = store.add_refusals(tx, one, hour_of(now), count)
                if total >= MANY_REFUSALS:
                    store.raise_alarm(tx, AbuseSuspected(one, "refused", total, now), hour_of(now))


def is_our_number(tx: Tx, e164: str) -> bool:
    """Tell whether a number rings at a site of ours (tracking numbers too): a call back there is a loop."""
    return tx.execute(numbers.select().where(numbers.c.e164 == e164).limit(1)).first() is not None


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _names(act: Act) -> list[str]:
    return [
        f"block {act.block}",
        f"network {act.network}",
        f"visitor {act.site_id} {act.visitor_id}",
        f"site {act.site_id}",
    ]
