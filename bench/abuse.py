"""An attack on a site's calls back: many addresses, neighbouring numbers, every piece of work done that is asked for.

    python -m bench.abuse --requests 10000 --addresses 1000

Each address is a visitor of its own (a page that said hello). The numbers are drawn from ten blocks of a thousand in a
row. Requests go through the product's own WSGI application in threads, on a database of its own; then a worker runs
what was queued, and what it started is counted. Ends with 0 only if no more was dialled than the caps allow, the owner
was told within a minute, and each request was answered clearly.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests.callbacks.worker import solve
from tests.cast import bearer
from tests.seeding import Cast, house_on, seed
from widget_server.app import create_app
from widget_server.calls.store import calls
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

THREADS = 8
PER_BLOCK = 5  # config/default.toml, within an hour
ALARM_SECONDS = 60.0
FIRST = 79123450000


@dataclass(frozen=True)
class Outcome:
    """``most``: what the caps allow within an hour. ``alarm_seconds``: from the first request to the first alarm."""

    requests: int
    addresses: int
    seconds: float
    answers: Counter[str]
    worked: int
    dialled: int
    most: int
    alarms: dict[str, int]
    alarm_seconds: float | None

    @property
    def holds(self) -> bool:
        unclear = set(self.answers) - {"taken", "too_many_callbacks", "proof_needed", "already_calling"}
        told = self.alarm_seconds is not None and self.alarm_seconds <= ALARM_SECONDS
        return 0 < self.dialled <= self.most and told and not unclear

    def __str__(self) -> str:
        told = "never" if self.alarm_seconds is None else f"after {self.alarm_seconds:.1f} s"
        return (
            f"abuse: {self.requests} requests from {self.addresses} addresses in {self.seconds:.0f} s: {self.dialled} "
            f"dialled, at most {self.most} allowed, alarm {told}"
        )


class Attack:
    """One attack on a fresh site in a directory of its own."""

    def __init__(self, folder: Path, requests: int, addresses: int, blocks: int = 10) -> None:
        self._house: House = house_on(folder, online_seconds=3600)
        self._cast: Cast = seed(self._house)
        self._house.operators.sign_of_life(self._cast.anna.id)
        self._app: Flask = create_app(self._house)
        self._requests, self._blocks = requests, blocks
        self._chance = random.Random(4)
        places = [f"10.{n // 250}.{n % 250}.{self._chance.randrange(1, 255)}" for n in range(addresses)]
        self._visitors = [(address, self._hello(address)) for address in places]
        self._left = iter(range(requests))
        self._taking = threading.Lock()
        self._answers: Counter[str] = Counter()
        self._worked = 0

    def go(self) -> Outcome:
        began_at, began = self._house.clock.now(), time.monotonic()
        threads = [threading.Thread(target=self._be_one) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began
        self._house.operators.sign_of_life(self._cast.anna.id)
        for runner in self._house.runners:
            while runner.run_due():
                pass
        news = self._house.guard_desk.news_of(frozenset({self._cast.site.id}))
        first = min((alarm.at for alarm in news), default=None)
        outcome = Outcome(
            requests=self._requests,
            addresses=len(self._visitors),
            seconds=seconds,
            answers=self._answers,
            worked=self._worked,
            dialled=self._dialled(),
            most=min(self._cast.site.calling.per_hour, self._blocks * PER_BLOCK),
            alarms={alarm.kind: alarm.figure for alarm in news},
            alarm_seconds=None if first is None else (first - began_at).total_seconds(),
        )
        self._house.storage.close()
        return outcome

    def _be_one(self) -> None:
        client = self._app.test_client()
        while True:
            with self._taking:
                turn = next(self._left, None)
                address, who = self._chance.choice(self._visitors)
                number = FIRST + self._chance.randrange(self._blocks * 1000)
            if turn is None:
                return
            self._ask(client, address, who, f"+{number}")

    def _ask(self, client: Any, address: str, who: dict[str, str], phone: str) -> None:
        consent = {"version": self._cast.site.consent["version"], "accepted": True}
        body = {"key": new_id(), "phone": phone, "due_at": None, "consent": consent}
        for _ in range(4):
            answer = client.post(
                "/w/v1/callbacks?site=demo", json=body, headers=who, environ_base={"REMOTE_ADDR": address}
            )
            error = (answer.json or {}).get("error", {})
            if "challenge" not in error:
                break
            body["proof"] = solve(error["challenge"])
            with self._taking:
                self._worked += 1
        with self._taking:
            self._answers[error.get("code", f"status {answer.status_code}") if error else "taken"] += 1

    def _hello(self, address: str) -> dict[str, str]:
        who = bearer(new_id(), new_id())
        origin = {"REMOTE_ADDR": address}
        client = self._app.test_client()
        client.post("/w/v1/hello?site=demo", json={"context": {}}, headers=who, environ_base=origin)
        return who

    def _dialled(self) -> int:
        with self._house.storage.read() as tx:
            return int(tx.execute(select(func.count()).select_from(calls)).scalar_one())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--addresses", type=int, default=1_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = Attack(Path(folder), args.requests, args.addresses).go()
    for answer, count in outcome.answers.most_common():
        print(f"{answer:<24}{count:>8}")
    print(f"{'pieces of work done':<24}{outcome.worked:>8}")
    for kind, figure in sorted(outcome.alarms.items()):
        print(f"alarm: {kind:<17}{figure:>8}")
    print(outcome)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
