"""How many callbacks at once this machine holds: more and more a second, until it is too slow or fails.

    python -m tests.pbx.ramp [--rates 1 2 4 8] [--seconds 20] [--talk 12]

Product, Asterisk and all telephones share the machine; every tenth talk has voice, which must be heard.
"""

import argparse
import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from tests.pbx.figures import percentile
from tests.pbx.legs import Behaviour, Leg
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk
from tests.pbx.shop import Shop, operator_names, spread_numbers
from tests.pbx.visitors import Visitor

OPERATORS = 3
TALKS_PER_SITE = 2  # one operator stays free to be rung
ANSWER = 0.3
SLOWEST_DIAL = 1.0  # p95, seconds from the operator's answer to the visitor's telephone
VOICED = 10  # every so many talks
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Step:
    """What one rate came to."""

    rate: float
    asked: int
    completed: int
    talking: int
    rung: float
    dialled: float
    asterisk: float
    product: float
    unheard: int

    @property
    def holds(self) -> bool:
        return self.completed == self.asked and self.dialled <= SLOWEST_DIAL and self.unheard == 0

    def __str__(self) -> str:
        return (
            f"  {self.rate:g}/s: {self.completed} of {self.asked} completed, {self.talking} talks at once, "
            f"p95 request → operator {self.rung * 1000:.0f} ms, answer → visitor {self.dialled * 1000:.0f} ms; "
            f"of one core: Asterisk {self.asterisk:.0%}, product {self.product:.0%}"
        )


class Ramp:
    """One PBX, one product, many sites; ``step`` loads them with a rate."""

    def __init__(self, rates: Sequence[float], seconds: float, talk: float) -> None:
        self.rates, self.seconds, self.talk = rates, seconds, talk
        self.sites = int(max(rates) * (talk + 2) / TALKS_PER_SITE) + 1
        self._turn = 0

    def go(self) -> list[Step]:
        pbx = Asterisk(operator_names(self.sites, OPERATORS))
        quiet = Behaviour(ANSWER, keep_quiet=True)
        people = {name: lambda leg: Behaviour(ANSWER) if is_voiced(leg.caller) else quiet for name in pbx.operators}
        steps: list[Step] = []
        with pbx, Phones(pbx, people, self._visitor) as phones, Shop(pbx, self.sites, OPERATORS) as shop:
            for rate in self.rates:
                steps.append(self._step(rate, pbx, phones, shop))
                print(steps[-1], flush=True)
                if not steps[-1].holds:
                    break
        return steps

    def _visitor(self, leg: Leg) -> Behaviour:
        return Behaviour(ANSWER, hang_up_after=self.talk, keep_quiet=not is_voiced(leg.called))

    def _step(self, rate: float, pbx: Asterisk, phones: Phones, shop: Shop) -> Step:
        numbers = spread_numbers(random.Random(), int(rate * self.seconds))
        began, pids = time.monotonic(), (pbx.pid, shop.server.pid)
        before = [cpu_seconds(pid) for pid in pids]
        asked = self._ask(shop, numbers, rate)
        worked = [cpu_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
        took = time.monotonic() - began
        time.sleep(self.talk + 4)
        ends = [visitor.callback(callback_id)["state"] for visitor, callback_id, _ in asked]
        wanted = set(numbers)
        dialled = phones.read(lambda: [leg for leg in phones.carrier.legs if leg.called in wanted])
        answered = [leg for leg in phones.legs() if leg.caller in wanted and leg.answered_at is not None]
        first = first_rings(phones.legs())
        posted = {phone: at for phone, (_, _, at) in zip(numbers, asked, strict=True)}
        return Step(
            rate=rate,
            asked=len(numbers),
            completed=ends.count("completed"),
            talking=most_at_once(dialled),
            rung=percentile([at - posted[phone] for phone, at in first.items() if phone in posted], 95),
            dialled=percentile(dial_times(answered, dialled), 95),
            asterisk=worked[0] / took,
            product=worked[1] / took,
            unheard=sum(not any(n >= 10 for n in leg.heard.values()) for leg in dialled if is_voiced(leg.called)),
        )

    def _ask(self, shop: Shop, numbers: Sequence[str], rate: float) -> list[tuple[Visitor, str, float]]:
        """Post a callback every ``1 / rate`` seconds, on one site after the other."""
        began, posts = time.monotonic(), list[Future[tuple[Visitor, str, float]]]()
        with ThreadPoolExecutor(16) as pages:
            for number, phone in enumerate(numbers):
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
                self._turn = (self._turn + 1) % self.sites
                posts.append(pages.submit(post, shop, self._turn, phone))
        return [one.result() for one in posts]


def post(shop: Shop, site: int, phone: str) -> tuple[Visitor, str, float]:
    visitor = shop.visitor(site)
    visitor.hello()
    at = time.time()
    return visitor, visitor.request_callback(phone, shop.consent)["id"], at


def is_voiced(phone: str) -> bool:
    return int(phone[-2:]) % VOICED == 0


def first_rings(legs: Sequence[Leg]) -> dict[str, float]:
    found: dict[str, float] = {}
    for leg in legs:
        found[leg.caller] = min(leg.invited_at, found.get(leg.caller, leg.invited_at))
    return found


def dial_times(answered: Sequence[Leg], dialled: Sequence[Leg]) -> list[float]:
    answers: dict[str, float] = {}
    for leg in answered:
        assert leg.answered_at is not None
        answers[leg.caller] = min(leg.answered_at, answers.get(leg.caller, leg.answered_at))
    return [leg.invited_at - answers[leg.called] for leg in dialled if leg.called in answers]


def most_at_once(legs: Sequence[Leg]) -> int:
    """Return how many of these calls went on at the same moment at most."""
    moves = [(leg.answered_at, 1) for leg in legs if leg.answered_at is not None]
    moves += [(leg.over_at, -1) for leg in legs if leg.answered_at is not None and leg.over_at is not None]
    most = now = 0
    for _, change in sorted(moves):
        now += change
        most = max(most, now)
    return most


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as file:
        words = file.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pbx.ramp", description=__doc__)
    parser.add_argument("--rates", type=float, nargs="+", default=(1, 2, 4, 6, 8, 10, 12))
    parser.add_argument("--seconds", type=float, default=20, help="of each rate")
    parser.add_argument("--talk", type=float, default=12, help="seconds of a talk")
    wanted = parser.parse_args()
    print(verdict(Ramp(wanted.rates, wanted.seconds, wanted.talk).go()))


def verdict(steps: Sequence[Step]) -> str:
    held = [step for step in steps if step.holds]
    if not held:
        return "concurrency: not even the first rate held"
    return f"concurrency: {held[-1].rate:g} callbacks/s and {held[-1].talking} talks at once held"


if __name__ == "__main__":
    main()
