"""Callbacks while the worker is killed: nobody is rung twice for one attempt, nobody is forgotten.

    python -m bench.callback_faults --requests 800 --kills 400

Real processes on a real database. One site calls operators first, one the visitor; both try again twice. Visitors post
every request three times at once, some cancel the next attempt or ask for it now; two workers ring through a provider
that is slow, sometimes carries an order out and then times out, and notes every order in a file; a worker is killed
with SIGKILL again and again; operators answer what really rings, visitors answer, some are busy, some do not hear it.
Exits 0 if nobody was called twice for one attempt and every request came to an end or to a person's task.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.sql.elements import ColumnElement

from tests.callbacks.desk import Desk, settings_for_tests
from tests.calls.quiet import QuietTelephony
from widget_server.callbacks.model import IN_FLIGHT, UNSETTLED, Callback
from widget_server.callbacks.store import callbacks as callbacks_table
from widget_server.calls.port import DialOrder, ProviderCall, RingOrder
from widget_server.calls.store import calls as calls_table
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.bus import Bus
from widget_server.kernel.clock import SystemClock
from widget_server.kernel.errors import ProductError
from widget_server.kernel.ids import new_id
from widget_server.schema import all_tables
from widget_server.sites.calling import Calling
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import CallbackRules, Site
from widget_server.storage import Storage

WORKERS = 2
PATIENCE = 60  # seconds in which nothing moves any more
LOST_AFTER = timedelta(seconds=1.5)
RETRIES = (1, 2)  # seconds
NO_CAPS = Calling(per_hour=10_000, per_day=10_000, budget=0)
RULES = {
    "operator_ring_seconds": 4,
    "visitor_ring_seconds": 4,
    "online_seconds": 3600,
    "limit_callbacks_per_address": "1000000/hour",
    "limit_callbacks_per_network": "1000000/hour",
    "limit_numbers_per_address": "1000000/hour",
    "limit_numbers_per_block": "1000000/hour",
}


class FileProvider(QuietTelephony):
    """A PBX elsewhere: what it was told stands in a file that no kill touches."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._chance = random.Random()  # chance, not secrets

    def ring_operators(self, order: RingOrder) -> None:
        self._order("ring", order.call_id)

    def dial_visitor(self, order: DialOrder) -> None:
        self._order("dial", order.call_id, order.phone)

    def hang_up(self, call_id: str) -> None:
        self._note("hangup", call_id)

    def find(self, call_id: str) -> ProviderCall | None:
        told = {order[0] for order in self.orders() if order[1] == call_id}
        return ProviderCall(call_id, "dial" in told, "hangup" in told) if told & {"ring", "dial"} else None

    def orders(self) -> list[list[str]]:
        return [line.split() for line in self._file.read_text().splitlines()]

    def _order(self, what: str, call_id: str, *more: str) -> None:
        time.sleep(self._chance.uniform(0, 0.08))  # killed here: it never arrived
        self._note(what, call_id, *more)
        time.sleep(self._chance.uniform(0, 0.08))  # killed here: it did, and nobody knows
        if self._chance.random() < 0.05:
            raise TimeoutError("carried out, but the answer is lost")

    def _note(self, *words: str) -> None:
        with self._file.open("a") as file:
            file.write(" ".join(words) + "\n")


def be_worker(url: str, orders: str, name: str) -> None:
    """Work until killed."""
    import logging

    logging.disable(logging.CRITICAL)
    provider = FileProvider(Path(orders))
    desk = Desk(Storage(url, Bus()), SystemClock(), settings_for_tests(**RULES), lambda _: provider, name, LOST_AFTER)
    desk.runner.run_forever(threading.Event())


@dataclass(frozen=True)
class Outcome:
    """What the run came to; ``rung_twice``, ``dialled_twice``, ``too_many_calls`` and ``forgotten`` must be 0."""

    requests: int
    kills: int
    seconds: float
    rung_twice: int
    dialled_twice: int
    too_many_calls: int
    forgotten: int
    rings: int
    retries: int
    visitor_first: int
    states: Counter[str]

    @property
    def is_kept(self) -> bool:
        """Tell whether the promise held."""
        return not (self.rung_twice or self.dialled_twice or self.too_many_calls or self.forgotten)

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"callback kills: {self.requests} requests, {self.kills} kills, {self.rings} rings, "
            f"{self.retries} retries, {self.visitor_first} calls with the visitor first, {self.seconds:.0f} s: "
            f"{self.rung_twice} rung twice for one attempt, {self.dialled_twice} dialled twice, "
            f"{self.too_many_calls} with more calls than attempts, {self.forgotten} without an end or a task ({states})"
        )


class Run:
    """One run in a directory of its own, or on the database ``url``."""

    def __init__(self, home: Path, requests: int, kills: int, url: str | None = None) -> None:
        self.requests, self.kills = requests, kills
        self.orders = home / "orders"
        self.orders.touch()
        self.url = url or f"sqlite:///{home / 'faults.db'}"
        engine = create_engine(self.url)
        all_tables().create_all(engine)
        engine.dispose()
        self.provider = FileProvider(self.orders)
        self.desk = Desk(Storage(self.url, Bus()), SystemClock(), settings_for_tests(**RULES), lambda _: self.provider)
        self.sites = self.open_sites()
        self.operators = [self.desk.seat(site, f"Оператор {n}") for site in self.sites for n in range(4)]
        self.tried: set[str] = set()
        self.posted = threading.Event()
        self.settling = threading.Event()
        self.stop = threading.Event()
        self.chance = random.Random()  # chance, not secrets

    def open_sites(self) -> tuple[Site, Site]:
        """Return a site that calls operators first and one that calls the visitor first."""
        rules = [CallbackRules(first, RETRIES) for first in ("operator", "visitor")]
        first = self.desk.open_shop(callback=rules[0], calling=NO_CAPS)
        draft = SiteDraft("Двери", hours=first.hours, callback=rules[1], calling=NO_CAPS)
        return first, self.desk.sites.create_site(first.account_id, draft)

    def go(self) -> Outcome:
        began = time.monotonic()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.callbacks.desk"])
        plays = [
            threading.Thread(target=play)
            for play in (self.visitors_post, self.visitors_change_their_mind, self.operators_answer, self.pbx_reports)
        ]
        for play in plays:
            play.start()
        killed = self.keep_killing(context)
        self.stop.set()
        for play in plays:
            play.join()
        return self.judge(killed, time.monotonic() - began)

    def keep_killing(self, context: multiprocessing.context.BaseContext) -> int:
        """Kill a worker, start its successor; then let the last ones settle what is left."""
        make = context.Process  # type: ignore[attr-defined]  # every context has it
        workers = [make(target=be_worker, args=(self.url, str(self.orders), f"w{n}")) for n in range(WORKERS)]
        for worker in workers:
            worker.start()
        for number in range(self.kills):
            time.sleep(self.chance.uniform(0.2, 0.7))
            slot = number % WORKERS
            workers[slot].kill()
            workers[slot].join()
            workers[slot] = make(target=be_worker, args=(self.url, str(self.orders), f"k{number}"))
            workers[slot].start()
        self.settling.set()  # no new attempts from here on, or the last one would find no worker left
        time.sleep(0.5)
        self.wait_until_settled()
        for worker in workers:
            worker.kill()
            worker.join()
        return self.kills

    def wait_until_settled(self) -> None:
        """Wait while anything is in flight and still moves: a busy machine is slow, but it goes on."""
        known, since = self.in_flight(), time.monotonic()
        while (not self.posted.is_set() or known) and time.monotonic() - since < PATIENCE:
            time.sleep(0.2)
            now = self.in_flight()
            if now != known or not self.posted.is_set():
                known, since = now, time.monotonic()

    def visitors_post(self) -> None:
        """Every request three times at the same moment, as a browser does that did not hear the answer."""
        pause = self.kills * 0.45 / self.requests
        for number in range(self.requests):
            phone = f"8 912 {number // 10000:03}-{number // 100 % 100:02}-{number % 100:02}"
            said = {"key": new_id(), "visitor_id": new_id(), "phone": phone}
            site = self.sites[number % 2]
            taps = [threading.Thread(target=self.desk.ask, args=(site,), kwargs=said) for _ in range(3)]
            for tap in taps:
                tap.start()
            for tap in taps:
                tap.join()
            time.sleep(pause * self.chance.uniform(0.5, 1.5))
        self.posted.set()

    def visitors_change_their_mind(self) -> None:
        """Of those who are told that another attempt follows, some have it now, some not at all."""
        while not self.stop.is_set():
            for callback in self.find_callbacks(callbacks_table.c.state == "scheduled"):
                if callback.is_retry and callback.id not in self.tried and not self.settling.is_set():
                    self.tried.add(callback.id)
                    act = self.chance.choice([None, None, None, self.desk.callbacks.hurry, self.desk.callbacks.cancel])
                    if act is not None:
                        with suppress(ProductError):  # its time has come meanwhile
                            act(VisitorIdentity(callback.site_id, callback.visitor_id, "ru"), callback.id)
            time.sleep(0.2)

    def operators_answer(self) -> None:
        """Answer what really rings, most of the time; talk; try some of the tasks once more."""
        while not self.stop.is_set():
            rung = {order[1] for order in self.provider.orders() if order[0] == "ring"}
            to_do = callbacks_table.c.state.in_(("ringing", "connected")) | callbacks_table.c.needs_person
            for callback in self.find_callbacks(to_do):
                operator = self.chance.choice([one for one in self.operators if callback.site_id in one.site_ids])
                if callback.state == "ringing" and callback.call_id in rung and self.chance.random() < 0.3:
                    self.press(self.desk.callbacks.answer, operator, callback)
                elif callback.state == "connected":
                    mine = next(one for one in self.operators if one.id == callback.operator_id)
                    self.press(self.desk.callbacks.hang_up, mine, callback)
                elif callback.state in UNSETTLED and self.is_worth_another_try(callback):
                    self.press(self.desk.callbacks.call_now, operator, callback)
            time.sleep(0.1)

    def is_worth_another_try(self, callback: Callback) -> bool:
        if callback.id in self.tried or self.settling.is_set() or self.chance.random() > 0.05:
            return False
        self.tried.add(callback.id)
        return True

    def press(
        self, act: Callable[[OperatorIdentity, str], Callback], operator: OperatorIdentity, callback: Callback
    ) -> None:
        with suppress(ProductError):  # somebody was faster, as in life
            act(operator, callback.id)

    def pbx_reports(self) -> None:
        """The provider's events: of the visitors who are dialled one in five is busy, one in ten does not hear it."""
        seen = 0
        while not self.stop.is_set():
            orders = self.provider.orders()
            for what, call_id, *_ in orders[seen:]:
                if what == "dial":
                    self.visitor_reacts(call_id)
            seen = len(orders)
            time.sleep(0.05)

    def visitor_reacts(self, call_id: str) -> None:
        luck = self.chance.random()
        if luck < 0.2:
            self.desk.calls.on_visitor_failed(call_id, "busy")
        elif luck < 0.9:
            self.desk.calls.on_visitor_answered(call_id)

    def find_callbacks(self, *where: ColumnElement[bool]) -> list[Callback]:
        with self.desk.storage.read() as tx:
            return [Callback(**row._mapping) for row in tx.execute(select(callbacks_table).where(*where))]

    def in_flight(self) -> set[tuple[str, str, int]]:
        """Return what is not settled, and how far it is."""
        found = self.find_callbacks(callbacks_table.c.state.in_(IN_FLIGHT))
        return {(callback.id, callback.state, callback.attempt) for callback in found}

    def judge(self, kills: int, seconds: float) -> Outcome:
        """Compare what the provider was told with what the database says."""
        told = Counter((order[0], order[1]) for order in self.provider.orders())
        found = self.find_callbacks()
        with self.desk.storage.read() as tx:
            calls = Counter(tx.execute(select(calls_table.c.callback_id)).scalars())
            firsts = Counter(tx.execute(select(calls_table.c.first)).scalars())
        self.desk.storage.close()
        return Outcome(
            requests=len(found),
            kills=kills,
            seconds=seconds,
            rung_twice=sum(n > 1 for (what, _), n in told.items() if what == "ring"),
            dialled_twice=sum(n > 1 for (what, _), n in told.items() if what == "dial"),
            too_many_calls=sum(calls[callback.id] != callback.attempt for callback in found),
            forgotten=self.requests - sum(is_settled(callback) for callback in found),
            rings=sum(n for (what, _), n in told.items() if what == "ring"),
            retries=sum(max(0, callback.attempt - 1) for callback in found),
            visitor_first=firsts["visitor"],
            states=Counter(callback.state for callback in found),
        )


def is_settled(callback: Callback) -> bool:
    return callback.state in ("completed", "cancelled") or (callback.state in UNSETTLED and callback.needs_person)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.callback_faults", description=__doc__)
    parser.add_argument("--requests", type=int, default=800)
    parser.add_argument("--kills", type=int, default=400)
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        outcome = Run(Path(home), wanted.requests, wanted.kills, wanted.database).go()
    print(outcome)
    return 0 if outcome.is_kept and outcome.requests == wanted.requests else 1


if __name__ == "__main__":
    sys.exit(main())
