import random
import threading

from tests.trials.conftest import Lab, exposure
from widget_server.kernel.ids import new_id
from widget_server.storage import Tx
from widget_server.trials import recorder


def test_a_conversion_after_the_exposure_counts_once_however_often_it_happens(lab: Lab) -> None:
    experiment, visitor = lab.start(), new_id()
    lab.expose(visitor, experiment, "b")
    lab.clock.forward(minutes=1)
    for _ in range(3):
        lab.act(visitor)
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(0, 0), (1, 1)]


def test_an_act_before_the_exposure_does_not_count(lab: Lab) -> None:
    experiment, visitor = lab.start(), new_id()
    lab.act(visitor)
    lab.clock.forward(minutes=1)
    lab.expose(visitor, experiment, "a")
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(1, 0), (0, 0)]


def test_a_replayed_beacon_and_a_replayed_act_change_nothing(lab: Lab) -> None:
    experiment, visitor = lab.start(metric="tap"), new_id()
    seen, tap = exposure(experiment, "a", ago_ms=900), {"id": new_id(), "type": "tap"}
    for _ in range(3):
        lab.report(visitor, seen, tap)
        lab.act(visitor, "callback", source="callback-1")
        lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(1, 1), (0, 0)]
    with lab.storage.read() as tx:
        assert _acts(tx) == 2


def test_the_order_of_arrival_does_not_matter(lab: Lab) -> None:
    experiment, visitor = lab.start(metric="tap"), new_id()
    lab.clock.forward(hours=1)
    lab.report(visitor, {"id": new_id(), "type": "tap", "ago_ms": 60_000})
    lab.report(visitor, exposure(experiment, "b", ago_ms=1_000))
    lab.report(visitor, exposure(experiment, "b", ago_ms=90_000))
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(0, 0), (1, 1)]


def test_concurrent_replays_count_everybody_once(lab: Lab) -> None:
    experiment = lab.start(metric="tap")
    beacons = [
        (new_id(), exposure(experiment, "ab"[n % 2], ago_ms=50), {"id": new_id(), "type": "tap"}) for n in range(30)
    ]

    def send(seed: int) -> None:
        for beacon in random.Random(seed).sample(beacons, len(beacons)):
            lab.report(*beacon)

    threads = [threading.Thread(target=send, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(15, 15), (15, 15)]


def test_programs_and_visitors_of_two_variants_are_left_out_and_told(lab: Lab) -> None:
    experiment, robot, crosser = lab.start(), new_id(), new_id()
    lab.expose(robot, experiment, "a", ua="Googlebot/2.1")
    lab.expose(crosser, experiment, "a")
    lab.expose(crosser, experiment, "b")
    lab.expose(new_id(), experiment, "a")
    lab.act(crosser)
    lab.clock.forward(minutes=1)
    report = lab.trials.report(lab.trials.access_experiment(lab.marketer, experiment.id))
    assert [(line.exposed, line.converted) for line in report.lines] == [(1, 0), (0, 0)]
    assert (report.bots, report.crossed) == (1, 1)


def test_unknown_experiments_unknown_variants_and_other_sites_are_ignored(lab: Lab) -> None:
    experiment = lab.start()
    lab.report(new_id(), exposure(experiment, "z"))
    lab.report(new_id(), {"id": new_id(), "type": "exposure", "experiment": "other", "variant": "a"})
    with lab.storage.begin() as tx:
        recorder.on_act(tx, "x", "another-site", new_id(), "tap", lab.clock.now())
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(0, 0), (0, 0)]


def test_an_exposure_cannot_be_older_than_the_experiment(lab: Lab) -> None:
    visitor = new_id()
    lab.act(visitor)
    lab.clock.forward(minutes=1)
    experiment = lab.start()
    lab.report(visitor, exposure(experiment, "a", ago_ms=3_600_000))
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(1, 0), (0, 0)]


def _acts(tx: Tx) -> int:
    from sqlalchemy import func, select

    from widget_server.trials.store import acts

    return int(tx.execute(select(func.count()).select_from(acts)).scalar_one())


def test_a_forced_view_counts_nowhere_even_if_its_beacon_is_sent_by_hand(lab: Lab) -> None:
    experiment, visitor = lab.start(metric="tap"), new_id()
    forced = f"https://shop.example/?widget-variant={experiment.key}%3Ab"
    lab.report(visitor, exposure(experiment, "b"), {"id": new_id(), "type": "tap"}, page=forced)
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(0, 0), (0, 0)]
    with lab.storage.read() as tx:
        assert _acts(tx) == 0
    lab.report(visitor, exposure(experiment, "b"), {"id": new_id(), "type": "tap"})
    lab.clock.forward(minutes=1)
    assert lab.counts(experiment) == [(0, 0), (1, 1)]
