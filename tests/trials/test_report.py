import random
from datetime import datetime, timedelta

from sqlalchemy import insert

from tests.trials.conftest import DRAFT, Lab, exposure
from widget_server.kernel.ids import new_id
from widget_server.trials.model import Experiment, Variant
from widget_server.trials.store import acts, exposures

Person = tuple[str, str, datetime, list[datetime]]


def simulate(seed: int, start: datetime, people: int, days: int, rates: dict[str, float]) -> list[Person]:
    """People with a variant, the moment they saw it, and moments of acts, some before it."""
    rng = random.Random(seed)
    found = []
    for _ in range(people):
        variant = rng.choice(sorted(rates))
        seen = start + timedelta(seconds=rng.uniform(1, days * 86_400))
        moments = [seen + timedelta(hours=rng.uniform(-30, 30)) for _ in range(3) if rng.random() < rates[variant]]
        found.append((new_id(), variant, seen, moments))
    return found


def write(lab: Lab, experiment: Experiment, people: list[Person]) -> None:
    seen = [
        {"experiment_id": experiment.id, "visitor_id": who, "variant": variant, "at": at}
        | {"device": "phone", "is_bot": False, "crossed": False}
        for who, variant, at, _ in people
    ]
    done = [
        {"id": new_id(), "site_id": lab.site.id, "visitor_id": who, "metric": "answered_call", "at": at, "noted_at": at}
        for who, _, _, moments in people
        for at in moments
    ]
    with lab.storage.begin() as tx:
        tx.execute(insert(exposures), seen)
        tx.execute(insert(acts), done)


def test_the_report_equals_a_plain_count(lab: Lab) -> None:
    experiment = lab.start()
    assert experiment.started_at is not None
    assert experiment.ends_at is not None
    people = simulate(7, experiment.started_at, 3000, 14, {"a": 0.05, "b": 0.08})
    write(lab, experiment, people)
    for day in (3, 14, 20):
        now = experiment.started_at + timedelta(days=day)
        lab.clock.at, until = now, min(now, experiment.ends_at)
        plain = [
            (
                sum(v == key and at < until for _, v, at, _ in people),
                sum(v == key and any(at <= done < until for done in moments) for _, v, at, moments in people),
            )
            for key in "ab"
        ]
        assert lab.counts(experiment) == plain


def test_a_null_experiment_never_wins_before_its_end_however_often_one_looks(lab: Lab) -> None:
    experiment = lab.start(planned_days=7)
    assert experiment.started_at is not None
    write(lab, experiment, simulate(3, experiment.started_at, 600, 7, {"a": 0.05, "b": 0.05}))
    words = set()
    for _ in range(7 * 24 - 1):
        lab.clock.forward(hours=1)
        words.add(lab.verdict(experiment))
    assert words <= {"waiting", "keep_running"}


def test_even_a_huge_effect_waits_for_the_end_and_then_never_flips(lab: Lab) -> None:
    experiment = lab.start(planned_days=7)
    assert experiment.started_at is not None
    write(lab, experiment, simulate(1, experiment.started_at, 1500, 7, {"a": 0.01, "b": 0.2}))
    lab.clock.forward(days=6)
    assert lab.verdict(experiment) == "keep_running"
    lab.clock.forward(days=1)
    assert lab.verdict(experiment) == "winner"
    before = lab.counts(experiment)
    lab.clock.forward(hours=2)
    for _ in range(50):  # late news of the last hours, and a crowd that comes after the end
        visitor = new_id()
        lab.report(visitor, exposure(experiment, "a", ago_ms=10_000_000), {"id": new_id(), "type": "tap"})
        lab.act(visitor)
    lab.clock.forward(days=30)
    lab.trials.finish_due()
    assert lab.counts(experiment) == before
    assert lab.verdict(experiment) == "winner"


def test_a_late_report_does_not_change_a_result_that_was_read(lab: Lab) -> None:
    experiment, visitor = lab.start(metric="tap", planned_days=7), new_id()
    lab.expose(visitor, experiment, "a")
    lab.clock.forward(days=7, minutes=1)
    lab.report(visitor, {"id": new_id(), "type": "tap", "ago_ms": 3_600_000})
    assert lab.counts(experiment) == [(1, 0), (0, 0)]


def test_stopped_early_it_has_no_winner(lab: Lab) -> None:
    experiment = lab.start(planned_days=7)
    assert experiment.started_at is not None
    write(lab, experiment, simulate(1, experiment.started_at, 1500, 7, {"a": 0.01, "b": 0.2}))
    lab.clock.forward(days=5)
    lab.trials.stop(lab.marketer, experiment.id)
    lab.clock.forward(days=9)
    assert lab.verdict(experiment) == "stopped"


def test_an_uneven_split_is_said_at_once(lab: Lab) -> None:
    experiment = lab.start()
    for number in range(120):
        lab.expose(new_id(), experiment, "a" if number % 4 else "b")
    lab.clock.forward(minutes=1)
    assert lab.verdict(experiment) == "broken"


def test_before_anybody_saw_it_there_is_nothing_to_say(lab: Lab) -> None:
    experiment = lab.start(variants=(*_thirds(),))
    assert lab.verdict(experiment) == "waiting"


def _thirds() -> list[Variant]:
    words = {lang: {"cta": "Третий", "promise": "Третий"} for lang in ("ru", "en")}
    first, second = DRAFT.variants
    return [
        Variant("a", first.name, 0.4, first.settings),
        Variant("b", second.name, 0.3, second.settings),
        Variant("c", "В", 0.3, {"cta": words}),
    ]
