"""Callbacks while the worker is killed: nobody is rung twice for one attempt, nobody is forgotten.

    python -m bench.callback_faults --requests 800 --kills 400

Real processes on a real database. Visitors post every request three times at once; two workers ring through a provider
that is slow, sometimes carries an order out and then times out, and notes every order in a file; a worker is killed
with SIGKILL again and again; operators answer what really rings, visitors answer, some are busy.
"""

import argparse
import multiprocessing
import random
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

from tests.callbacks.desk import Desk, settings_for_tests
from tests.calls.quiet import QuietTelephony
from widget_server.callbacks.model import IN_FLIGHT, UNSETTLED, Callback
from widget_server.callbacks.store import callbacks as callbacks_table
from widget_server.calls.port import DialOrder, ProviderCall, RingOrder
from widget_server.calls.store import calls as calls_table
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.bus import Bus
from widget_server.kernel.clock import SystemClock
from widget_server.kernel.errors import ProductError
from widget_server.kernel.ids import new_id
from widget_server.schema import all_tables
from widget_server.sites.model import Site
from widget_server.storage import Storage

WORKERS = 2
LOST_AFTER = timedelta(seconds=1.5)
RULES = {
    "operator_ring_seconds": 4,
    "visitor_ring_seconds": 4,
    "online_seconds": 3600,
    "limit_callbacks_per_address": "1000000/hour",
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
    states: Counter[str]

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"callback kills: {self.requests} requests, {self.kills} kills, {self.rings} rings, {self.seconds:.0f} s: "
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
        self.site: Site = self.desk.open_shop()
        self.operators = [self.desk.seat(self.site, f"Оператор {n}") for n in range(4)]
        self.posted = threading.Event()
        self.settling = threading.Event()
        self.stop = threading.Event()
        self.chance = random.Random()  # chance, not secrets

    def go(self) -> Outcome:
        began = time.monotonic()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.callbacks.desk"])
        plays = [
            threading.Thread(target=play) for play in (self.visitors_post, self.operators_answer, self.pbx_reports)
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
        until = time.monotonic() + max(30, self.requests / 4)
        while (not self.posted.is_set() or self.in_flight()) and time.monotonic() < until:
            time.sleep(0.1)
        for worker in workers:
            worker.kill()
            worker.join()
        return self.kills

    def visitors_post(self) -> None:
        """Every request three times at the same moment, as a browser does that did not hear the answer."""
        pause = self.kills * 0.45 / self.requests
        for number in range(self.requests):
            phone = f"8 912 {number // 10000:03}-{number // 100 % 100:02}-{number % 100:02}"
            said = {"key": new_id(), "visitor_id": new_id(), "phone": phone}
            taps = [threading.Thread(target=self.desk.ask, args=(self.site,), kwargs=said) for _ in range(3)]
            for tap in taps:
                tap.start()
            for tap in taps:
                tap.join()
            time.sleep(pause * self.chance.uniform(0.5, 1.5))
        self.posted.set()

    def operators_answer(self) -> None:
        """Answer what really rings, most of the time; talk; try some of the tasks once more."""
        while not self.stop.is_set():
            rung = {order[1] for order in self.provider.orders() if order[0] == "ring"}
            for callback in self.all_callbacks():
                operator = self.chance.choice(self.operators)
                if callback.state == "ringing" and callback.call_id in rung and self.chance.random() < 0.3:
                    self.press(self.desk.callbacks.answer, operator, callback)
                elif callback.state == "connected":
                    mine = next(one for one in self.operators if one.id == callback.operator_id)
                    self.press(self.desk.callbacks.hang_up, mine, callback)
                elif callback.state in UNSETTLED and self.is_worth_another_try(callback):
                    self.press(self.desk.callbacks.call_now, operator, callback)
            time.sleep(0.1)

    def is_worth_another_try(self, callback: Callback) -> bool:
        return callback.attempt == 1 and not self.settling.is_set() and self.chance.random() < 0.05

    def press(
        self, act: Callable[[OperatorIdentity, str], Callback], operator: OperatorIdentity, callback: Callback
    ) -> None:
        with suppress(ProductError):  # somebody was faster, as in life
            act(operator, callback.id)

    def pbx_reports(self) -> None:
        """The provider's events: a dialled visitor answers, one in five is busy."""
        seen = 0
        while not self.stop.is_set():
            orders = self.provider.orders()
            for what, call_id, *_ in orders[seen:]:
                if what == "dial":
                    self.visitor_reacts(call_id)
            seen = len(orders)
            time.sleep(0.05)

    def visitor_reacts(self, call_id: str) -> None:
        if self.chance.random() < 0.2:
            self.desk.calls.on_visitor_failed(call_id, "busy")
        else:
            self.desk.calls.on_visitor_answered(call_id)

    def all_callbacks(self) -> list[Callback]:
        with self.desk.storage.read() as tx:
            return [Callback(**row._mapping) for row in tx.execute(select(callbacks_table))]

    def in_flight(self) -> int:
        return sum(callback.state in IN_FLIGHT for callback in self.all_callbacks())

    def judge(self, kills: int, seconds: float) -> Outcome:
        """Compare what the provider was told with what the database says."""
        told = Counter((order[0], order[1]) for order in self.provider.orders())
        found = self.all_callbacks()
        with self.desk.storage.read() as tx:
            calls = Counter(tx.execute(select(calls_table.c.callback_id)).scalars())
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
            states=Counter(callback.state for callback in found),
        )


def is_settled(callback: Callback) -> bool:
    return callback.state == "completed" or (callback.state in UNSETTLED and callback.needs_person)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.callback_faults", description=__doc__)
    parser.add_argument("--requests", type=int, default=800)
    parser.add_argument("--kills", type=int, default=400)
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        print(Run(Path(home), wanted.requests, wanted.kills, wanted.database).go())


if __name__ == "__main__":
    main()
