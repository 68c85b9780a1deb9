"""Calls to tracking numbers through a real PBX: each must be put down to the variant whose number was dialled.

    python -m tests.pbx.inbound [--count 100]

Five sites, each with a test of four numbers. Ends with one line of figures; exit status 0 only if all of them hold.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.pbx.figures import spread
from tests.pbx.incoming import Caller, Result
from tests.pbx.kept import keep
from tests.pbx.legs import Behaviour
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk
from tests.pbx.shop import Shop, operator_names, spread_numbers
from tests.pbx.visitors import Visitor
from tests.seeding import house_on
from widget_server.calls import store
from widget_server.calls.model import Call
from widget_server.edge.identity import OperatorIdentity
from widget_server.rooms import House
from widget_server.sites.formats import display_forms
from widget_server.tracking.model import NumberDraft
from widget_server.trials.model import Draft, Variant

SITES, OPERATORS, VARIANTS = 5, 3, "abcd"
TALK = 1.6  # seconds; a second counts as answered in these runs
GIVES_UP = 0.1  # so many of all callers, before anybody can answer


@dataclass
class Run:
    """``count`` calls to 20 tracking numbers; call ``go`` once."""

    count: int
    seed: int = field(default_factory=lambda: random.randrange(10**6))
    results: list[Result] = field(default_factory=list)
    left_behind: str = ""
    logs: dict[str, str] = field(default_factory=dict)

    def go(self) -> "Run":
        chance = random.Random(self.seed)
        pbx = Asterisk(operator_names(SITES, OPERATORS))
        people = dict.fromkeys(pbx.operators, lambda leg: Behaviour(chance.uniform(0.5, 1.5)))
        phones, shop = Phones(pbx, people), Shop(pbx, SITES, OPERATORS, prepare=self._prepare)
        with pbx, phones, shop:
            self._call_side_by_side(self._callers(chance), shop, phones)
            time.sleep(0.5)
            self.left_behind = shop.left_behind()
            self.logs = {"product": shop.log(), "asterisk": pbx.log()}
        return self

    def _prepare(self, house: House, owner: OperatorIdentity) -> None:
        """Give every site a running test of numbers."""
        self._owner = owner
        for place, site in enumerate(sorted(house.sites.sites_of(owner), key=lambda one: one.key)):
            lines = [f"+7495111{place:02}{n:02}" for n in range(len(VARIANTS))]
            drafts = [NumberDraft(line, display_forms(line)[0], "variant") for line in lines]
            numbers = [house.tracking.numbers.add(site.id, draft).id for draft in drafts]
            house.trials.start(owner, house.trials.create_draft(owner, site.id, test_of(numbers)).id)

    def _count_in_reports(self, house: House, shop: Shop) -> Counter[tuple[int, str]]:
        """Return how many people each variant's report counts as converted, by site and variant."""
        return +Counter(
            {
                (shop.site_ids.index(experiment.site_id), line.variant.key): line.converted
                for experiment in house.trials.experiments_of(self._owner)
                for line in house.trials.report(experiment).lines
            }
        )

    def _callers(self, chance: random.Random) -> list[Caller]:
        """Return callers, of each number one after the other."""
        phones = spread_numbers(chance, self.count)
        each = self.count // (SITES * len(VARIANTS))
        places = [(site, variant, n == each - 1) for site in range(SITES) for n in range(each) for variant in VARIANTS]
        return [
            Caller(site, variant, phone, taps, patient=chance.random() >= GIVES_UP)
            for (site, variant, taps), phone in zip(places, phones, strict=True)
        ]

    def _call_side_by_side(self, callers: Sequence[Caller], shop: Shop, phones: Phones) -> None:
        house = house_on(shop.server.data_dir)
        with ThreadPoolExecutor(SITES) as sites:
            mine = [[one for one in callers if one.site == site] for site in range(SITES)]
            runs = [sites.submit(self._call_in_turn, house, shop, phones, callers) for callers in mine]
        for run in runs:
            self.results += run.result()
        self.counted = self._count_in_reports(house, shop)
        house.storage.close()

    def _call_in_turn(self, house: House, shop: Shop, phones: Phones, callers: Sequence[Caller]) -> list[Result]:
        return [self._call(house, shop, phones, one) for one in callers]

    def _call(self, house: House, shop: Shop, phones: Phones, caller: Caller) -> Result:
        visitor = shop.visitor(caller.site)
        visitor.hello()
        number = see(visitor, caller.variant)
        if caller.taps:
            visitor.report({"type": "tap", "number": number["id"]})
        ring_for = 30.0 if caller.patient else 0.3
        line = phones.call(number["tel"], caller.phone, Behaviour(hang_up_after=TALK), ring_for).result(40)
        call = ended_call(house, caller.phone)
        seen = tuple(leg for leg in phones.legs() if leg.caller == caller.phone)
        if call is None:
            return Result(caller, visitor, line, seen, None, None, None)
        inbound = house.tracking.desk.get_inbound(call.id)
        variants = {one.number_id: one.variant for one in house.trials.lines_of(call.site_id)}
        return Result(caller, visitor, line, seen, call, inbound, variants.get(inbound.number_id))

    def problems(self) -> list[str]:
        """Return what is not as it must be, in lines."""
        found = [f"{one.caller.phone}: {problem}" for one in self.results for problem in one.problems()]
        talked = Counter((one.caller.site, one.caller.variant) for one in self.results if one.caller.patient)
        if self.counted != talked:
            found.append(f"the reports count {sorted(self.counted.items())}, not {sorted(talked.items())}")
        if self.left_behind:
            found.append(f"left behind in the PBX: {self.left_behind}")
        return [*found, keep(self.logs, self.results)] if found else []

    def told(self) -> str:
        """Return the distributions."""
        firsts = [(one, min(leg.invited_at for leg in one.rung)) for one in self.results if one.rung]
        answers = [
            (one.line.answered_at, [leg.answered_at for leg in one.rung if leg.answered_at]) for one in self.results
        ]
        ends = Counter(one.call.outcome for one in self.results if one.call is not None)
        return "\n".join(
            [
                spread(
                    "  call comes in → first operator's telephone", [at - one.line.invited_at for one, at in firsts]
                ),
                spread("  operator's answer → caller's line open", [to - min(at) for to, at in answers if to and at]),
                f"  ends: {', '.join(f'{n} {end}' for end, n in sorted(ends.items()))}; seed {self.seed}",
            ]
        )

    def figures(self) -> str:
        """Return the line that counts."""
        right = sum(one.variant == one.caller.variant for one in self.results)
        return (
            f"inbound: {right} of {self.count} calls to {SITES * len(VARIANTS)} numbers put down to the right variant"
        )


def test_of(numbers: Sequence[str]) -> Draft:
    """Return a test in which each of these numbers is a variant's own."""
    share = 1 / len(numbers)
    variants = tuple(Variant(key, key, share, {"number": one}) for key, one in zip(VARIANTS, numbers, strict=True))
    return Draft("Номера", "answered_call", ("number",), variants, 0.2, 14, baseline=0.02, daily_visitors=500)


def see(visitor: Visitor, variant: str) -> dict[str, str]:
    """Be shown a variant, as the page does it; return the number that it shows."""
    document = visitor.document()
    experiment = document["experiments"][0]
    visitor.report({"type": "exposure", "experiment": experiment["key"], "variant": variant})
    shown = next(one["settings"]["number"] for one in experiment["variants"] if one["key"] == variant)
    return next(number for number in document["numbers"] if number["id"] == shown)


def ended_call(house: House, phone: str, seconds: float = 5) -> Call | None:
    """Return the call of that caller once it is over, or as it is after ``seconds``."""
    until = time.monotonic() + seconds
    while True:
        with house.storage.read() as tx:
            found = next(iter(store.list_calls(tx, [store.calls.c.phone == phone], 1)), None)
        if (found is not None and found.state == "ended") or time.monotonic() > until:
            return found
        time.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.pbx.inbound", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="a multiple of 20")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wanted = parser.parse_args()
    run = Run(wanted.count, wanted.seed).go()
    problems = run.problems()
    print("\n".join([*problems, run.told(), run.figures()]))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
