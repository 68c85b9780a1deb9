"""Callbacks through the product and a real PBX; all figures are taken from the wire.

    python -m tests.pbx.callbacks [--count 100]

Ends with one line of figures; exit status 0 only if all of them hold.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from tests.pbx.figures import percentile, spread
from tests.pbx.kept import keep
from tests.pbx.legs import Behaviour, Leg
from tests.pbx.phones import Decide
from tests.pbx.plans import OPERATOR_RINGS, VISITOR_RINGS, Plan, think_up
from tests.pbx.results import Result
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk
from tests.pbx.shop import Shop, operator_names, spread_numbers

SITES = 4  # that work side by side; on each one callback after the other
OPERATORS = 3
SETTINGS = {"OPERATOR_RING_SECONDS": str(OPERATOR_RINGS), "VISITOR_RING_SECONDS": str(VISITOR_RINGS)}
LONGEST_RING_AFTER_ANSWER = 1.0
MEDIAN_DIAL = 0.150


@dataclass
class Run:
    """``count`` callbacks on ``SITES`` sites; call ``go`` once."""

    count: int
    last_answer: float = 8.0
    seed: int = field(default_factory=lambda: random.randrange(10**6))
    results: list[Result] = field(default_factory=list)
    left_behind: str = ""
    logs: dict[str, str] = field(default_factory=dict)

    def go(self) -> "Run":
        self._chance = random.Random(self.seed)
        self._plans: dict[int, Plan] = {}
        self._visitors: dict[str, Behaviour] = {}
        began = time.monotonic()
        pbx = Asterisk(operator_names(SITES, OPERATORS))
        phones, shop = Phones(pbx, self._people(), self._visitor), Shop(pbx, SITES, OPERATORS, SETTINGS)
        with pbx, phones, shop:
            self._ask_side_by_side(shop, phones)
            time.sleep(0.5)
            self.left_behind = shop.left_behind()
            self.logs = {"product": shop.log(), "asterisk": pbx.log()}
        self.seconds = time.monotonic() - began
        return self

    def _people(self) -> dict[str, Decide]:
        def decide(leg: Leg) -> Behaviour:
            site, seat = leg.phone[2:].split("-")
            return self._plans[int(site)].operators[int(seat)]

        return dict.fromkeys(operator_names(SITES, OPERATORS), decide)

    def _visitor(self, leg: Leg) -> Behaviour:
        return self._visitors[leg.called]

    def _ask_side_by_side(self, shop: Shop, phones: Phones) -> None:
        numbers = spread_numbers(self._chance, self.count)
        work = [(phone, think_up(self._chance, OPERATORS, self.last_answer)) for phone in numbers]
        self._visitors = {phone: plan.visitor for phone, plan in work}
        with ThreadPoolExecutor(SITES) as sites:
            runs = [sites.submit(self._ask_in_turn, shop, phones, site, work[site::SITES]) for site in range(SITES)]
        for run in runs:
            self.results += run.result()

    def _ask_in_turn(self, shop: Shop, phones: Phones, site: int, work: Sequence[tuple[str, Plan]]) -> list[Result]:
        return [self._ask(shop, phones, site, phone, plan) for phone, plan in work]

    def _ask(self, shop: Shop, phones: Phones, site: int, phone: str, plan: Plan) -> Result:
        self._plans[site] = plan
        visitor = shop.visitor(site)
        visitor.hello()
        posted_at = time.time()
        callback_id = visitor.request_callback(phone, shop.consent)["id"]
        state, reason = visitor.wait_for_end(callback_id, OPERATOR_RINGS + VISITOR_RINGS + 15)
        legs, dialled = self._settled(phones, site, phone, posted_at)
        return Result(plan, phone, posted_at, state, reason, legs, dialled)

    def _settled(self, phones: Phones, site: int, phone: str, since: float) -> tuple[tuple[Leg, ...], tuple[Leg, ...]]:
        """Return what telephones saw of this callback, as soon as all are silent, after two seconds in any case."""
        for tries in count():
            mine = [leg for leg in phones.legs() if leg.phone.startswith(f"op{site}-") and leg.invited_at >= since]
            dialled = phones.read(lambda: [leg for leg in phones.carrier.legs if leg.called == phone])
            if tries == 20 or all(leg.over_at is not None for leg in (*mine, *dialled)):
                return tuple(mine), tuple(dialled)
            time.sleep(0.1)
        raise AssertionError

    def problems(self, *, timed: bool = True) -> list[str]:
        """Return what is not as it must be, in lines. ``timed``: whether this machine's speed counts, too."""
        found = [f"{result.phone}: {problem}" for result in self.results for problem in result.problems()]
        if late := self.late():
            found.append(f"{late} telephones rang on for more than a second after another answered")
        dials = self.dials()
        if timed and (not dials or percentile(dials, 50) > MEDIAN_DIAL):
            found.append("half of the visitors were dialled later than 150 ms after the operator's answer")
        if self.left_behind:
            found.append(f"left behind in the PBX: {self.left_behind}")
        return [*found, keep(self.logs, self.results)] if found else []

    def dials(self) -> list[float]:
        return [dial for result in self.results if (dial := result.until_dialled()) is not None]

    def rests(self) -> list[float]:
        return [after for result in self.results for after in result.after_answer()]

    def late(self) -> int:
        return sum(after > LONGEST_RING_AFTER_ANSWER for after in self.rests())

    def told(self) -> str:
        """Return the distributions."""
        ends = Counter("/".join(filter(None, (result.state, result.reason))) for result in self.results)
        return "\n".join(
            [
                spread("  request → first operator's telephone", [at for it in self.results for at in it.rung()[:1]]),
                spread("  request → last operator's telephone", [at for it in self.results for at in it.rung()[-1:]]),
                spread("  operator's answer → visitor's telephone", self.dials()),
                spread("  operator's answer → another one silent", self.rests()),
                f"  ends: {', '.join(f'{n} {end}' for end, n in sorted(ends.items()))}; seed {self.seed}",
            ]
        )

    def figures(self) -> str:
        """Return the line that counts."""
        right = sum(not result.problems() for result in self.results)
        dials = self.dials()
        return (
            f"callbacks: {right} of {self.count} right, {self.late()} rang > 1 s after another answered, "
            f"answer → visitor p50 {percentile(dials, 50) * 1000 if dials else float('nan'):.0f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pbx.callbacks", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--last-answer", type=float, default=8.0, help="seconds")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wanted = parser.parse_args()
    run = Run(wanted.count, wanted.last_answer, wanted.seed).go()
    problems = run.problems()
    print("\n".join([*problems, run.told(), run.figures()]))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
