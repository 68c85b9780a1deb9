"""What the product says of experiments whose truth is known, looked at every hour as an impatient owner would.

    python -m bench.verdicts --experiments 200

Each experiment is drawn up, planned and started by the product, one after the other on a site. Visitors come hour by
hour; the published hash gives them a variant; what their widgets report and what they then do goes through the
product's own recorder. The report is read after every hour of the week and again a day after its end; at the end the
page itself is fetched and must print the verdict's sentence. Half count taps, half answered calls. A winner is *wrongly
named* where a variant that is no better is said to win, at any look. Ends with 0 only if that happens to at most 5 % of
the experiments without a better variant, no verdict comes early or flips, each broken split is told, and real winners
are found as often as the plan promises (80 %, within what chance does). The same seed gives the same figures.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from bench.verdict_worlds import BASELINE, DAYS, LIFT, WORLDS, World, deal, sized
from experiments.assignment import Allocation, assign
from experiments.rates import wilson
from tests.cast import FakeClock
from tests.seeding import CHEAP, PASSWORD, Cast, seed
from widget_server.app import create_app
from widget_server.beacon.model import Reported, VisitorReported
from widget_server.house import build
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.schema import upgrade
from widget_server.settings import load_settings
from widget_server.storage import Tx
from widget_server.trials import analysis, recorder, store
from widget_server.trials.model import Experiment
from widget_server.trials.page import sentence
from widget_server.visitors.model import Context

MOST_WRONG = 0.05
POWER = 0.8
WORKERS = 2
HOURS = DAYS * 24
BUSY = [0.2 if hour < 8 else 1.5 if hour < 20 else 0.8 for hour in range(24)]


@dataclass(frozen=True)
class Story:
    """What the product said of one experiment. ``early``: verdicts at the looks before the end, but for "keep on"."""

    world: str
    early: tuple[str, ...]
    end: str
    winner: str | None
    flipped: bool
    printed: bool

    @property
    def unsteady(self) -> bool:
        """Whether anything but a broken split was said too early, the verdict changed, or the page did not say it."""
        return bool(set(self.early) - {"broken"}) or self.flipped or not self.printed

    def names_wrongly(self, world: World) -> bool:
        named = "winner" in self.early or self.end == "winner"
        return named and not (self.winner is not None and world.lifts["BC".index(self.winner)] > 0)


class Laboratory:
    """One house with one site; experiments follow each other on it."""

    def __init__(self, folder: Path, seed_number: int) -> None:
        settings = load_settings({}, data_dir=str(folder))
        upgrade(settings)
        self._clock = FakeClock()
        self._house: House = build(settings, self._clock, CHEAP)
        self._cast: Cast = seed(self._house)
        self._owner = self._house.operators.log_in("olga@demo.example", PASSWORD, "127.0.0.1")  # with the new site
        self._chance = random.Random(seed_number)
        self._page = _log_in(create_app(self._house).test_client())

    def tell(self, world: World, metric: str) -> Story:
        """Let one experiment happen from its draft to a month after its end."""
        experiment = self._start(world, metric)
        early: list[str] = []
        for hour, people in enumerate(self._crowd(experiment)):
            self._clock.at = _start_of(experiment) + timedelta(hours=hour, minutes=50)
            with self._house.storage.begin() as tx:
                for _ in range(people):
                    self._visit(tx, world, experiment)
            self._clock.forward(minutes=9)
            early.append(self._house.trials.report(experiment).verdict)
        self._clock.forward(minutes=1)
        self._house.trials.finish_due()
        ended = self._house.trials.access_experiment(self._owner, experiment.id)
        report = self._house.trials.report(ended)
        html = unescape(self._page.get(f"/console/experiments/{ended.id}").get_data(as_text=True))
        self._clock.forward(days=1)
        words = {report.verdict, self._house.trials.report(ended).verdict}
        said = tuple(word for word in early if word not in ("waiting", "keep_running"))
        return Story(world.name, said, report.verdict, report.winner, len(words) > 1, sentence(report, "ru") in html)

    def close(self) -> None:
        self._house.storage.close()

    def _start(self, world: World, metric: str) -> Experiment:
        arms = len(world.lifts) + 1
        planned = analysis.visitors_per_variant(BASELINE, LIFT, arms - 1)
        assert planned is not None
        draft = sized(world.draft(metric), world.people or planned * arms)
        made = self._house.trials.create_draft(self._owner, self._cast.site.id, draft)
        with self._house.storage.begin() as tx:  # the seed of the hash is this key: the same in every run
            store.update_experiment(tx, replace(made, key=f"cta-{self._chance.getrandbits(32):08x}"))
        return self._house.trials.start(self._owner, made.id)

    def _crowd(self, experiment: Experiment) -> Iterator[int]:
        """Yield how many come in each hour of the week."""
        assert experiment.draft.daily_visitors is not None
        people = round(experiment.draft.daily_visitors * DAYS)
        hours = Counter(self._chance.choices(range(HOURS), [BUSY[n % 24] for n in range(HOURS)], k=people))
        return (hours[n] for n in range(HOURS))

    def _visit(self, tx: Tx, world: World, experiment: Experiment) -> None:
        """One person: a variant by the hash, the sight of it, then perhaps what the metric counts, perhaps twice."""
        visitor = f"{self._chance.getrandbits(128):032x}"
        at = self._clock.now() - timedelta(seconds=self._chance.uniform(1, 2900))
        allocation = Allocation(experiment.key, tuple(one.weight for one in experiment.variants))
        index = assign(allocation, visitor)
        if index == len(world.lifts) and self._chance.random() < world.lost:
            return
        variant = experiment.variants[index].key
        self._report(tx, visitor, Reported(new_id(), "exposure", at, experiment=experiment.key, variant=variant))
        if self._chance.random() < world.rate(index):
            for _ in range(self._chance.choice((1, 1, 2))):
                self._convert(tx, visitor, experiment.draft.metric, at + timedelta(seconds=1))

    def _convert(self, tx: Tx, visitor: str, metric: str, at: datetime) -> None:
        if metric == "tap":
            self._report(tx, visitor, Reported(new_id(), "tap", at, channel="click_to_call"))
        else:
            recorder.on_act(tx, new_id(), self._cast.site.id, visitor, metric, at)

    def _report(self, tx: Tx, visitor: str, event: Reported) -> None:
        context = Context(page="https://okna.example/", device="phone")
        tx.record(VisitorReported(self._cast.site.id, visitor, self._clock.now(), False, context, (event,)))


def _start_of(experiment: Experiment) -> datetime:
    assert experiment.started_at is not None
    return experiment.started_at


def _log_in(browser: FlaskClient) -> FlaskClient:
    page = browser.get("/console/login").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/console/login", data={"csrf_token": token, "email": "olga@demo.example", "password": PASSWORD})
    return browser


def tell_all(work: tuple[int, Sequence[tuple[World, str]]]) -> list[Story]:
    """Tell some experiments in this process, on one site."""
    seed_number, worlds = work
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(Path(folder), seed_number)
        stories = [laboratory.tell(world, metric) for world, metric in worlds]
        laboratory.close()
    return stories


@dataclass(frozen=True)
class Outcome:
    stories: Sequence[Story]

    def of(self, world: World) -> list[Story]:
        return [story for story in self.stories if story.world == world.name]

    def wrong(self, worlds: Sequence[World]) -> int:
        return sum(story.names_wrongly(world) for world in worlds for story in self.of(world))

    @property
    def without(self) -> list[World]:
        """Return the kinds in which no variant is better."""
        return [world for world in WORLDS if max(world.lifts) <= 0]

    @property
    def null(self) -> int:
        return sum(len(self.of(world)) for world in self.without)

    @property
    def holds(self) -> bool:
        real, broken = self.of(WORLDS[-1]), [self.of(world) for world in WORLDS if world.lost]
        found = sum(story.end == "winner" for story in real)
        powerful = bool(wilson(found, len(real), 0.05)[1] >= POWER)
        told = all(story.end == "broken" for stories in broken for story in stories)
        steady = not any(story.unsteady for story in self.stories)
        return self.wrong(self.without) <= MOST_WRONG * self.null and powerful and told and steady

    def table(self) -> str:
        lines = [f"{'what is true':<26}{'n':>4}  {'wrong winner':<30}{'right at the end':<34}said at the end"]
        for world in WORLDS:
            own = self.of(world)
            right = sum(story.end in world.right and not story.names_wrongly(world) for story in own)
            said = ", ".join(f"{word} {n}" for word, n in Counter(story.end for story in own).most_common())
            wrong = _part(self.wrong([world]), len(own))
            lines.append(f"{world.name:<26}{len(own):>4}  {wrong:<30}{_part(right, len(own)):<34}{said}")
        early = sum(bool(set(story.early) - {"broken"}) for story in self.stories)
        flipped = sum(story.flipped for story in self.stories)
        unsaid = sum(not story.printed for story in self.stories)
        lines.append(f"verdict before the planned end {early}, changed after it {flipped}, not on the page {unsaid}")
        return "\n".join(lines)

    def __str__(self) -> str:
        real = self.of(WORLDS[-1])
        return (
            f"verdicts: {len(self.stories)} experiments read every hour: winners wrongly named "
            f"{_part(self.wrong(self.without), self.null)} of those without one (at most {MOST_WRONG:.0%}), "
            f"{self.wrong(WORLDS)} of all; real winners found {_part(sum(s.end == 'winner' for s in real), len(real))}"
        )


def _part(hits: int, of: int) -> str:
    """Write a part with what chance allows (95 %, Wilson)."""
    low, high = wilson(hits, of, 0.05)
    return f"{hits}/{of} = {hits / of:.1%} ({low:.1%} to {high:.1%})"


def judge(count: int, seed_number: int = 1, workers: int = WORKERS) -> Outcome:
    """Let ``count`` experiments happen; half of each kind count taps, half answered calls."""
    worlds = [(world, ("tap", "answered_call")[n % 2]) for n, world in enumerate(deal(count))]
    pieces = [(seed_number * workers + n, worlds[n::workers]) for n in range(workers)]
    if workers == 1:
        return Outcome(tell_all(pieces[0]))
    with ProcessPoolExecutor(workers) as pool:
        return Outcome([story for stories in pool.map(tell_all, pieces) for story in stories])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    outcome = judge(args.experiments, args.seed)
    print(outcome.table())
    print(outcome)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
