import threading
from collections.abc import Collection

from widget_server.edge.digest import Digest


def test_only_the_newest_state_of_each_is_told_and_all_together() -> None:
    digest, stop, told = Digest(), threading.Event(), list[list[str]]()

    def tell(states: Collection[str]) -> None:
        told.append(sorted(states))
        stop.set()

    digest._is_running = True
    for key, state in (("a", "a1"), ("b", "b1"), ("a", "a2")):
        digest.add(key, state, tell)
    digest.run_forever(stop, lambda: None)
    assert told == [["a2", "b1"]]


def test_without_a_running_round_everything_is_told_at_once() -> None:
    told: list[list[str]] = []
    digest = Digest()
    digest.add("a", "a1", lambda states: told.append(list(states)))
    assert told == [["a1"]]


def test_a_round_that_fails_does_not_end_the_rounds() -> None:
    digest, stop, failures = Digest(), threading.Event(), list[int]()

    def break_down(_states: Collection[str]) -> None:
        raise ValueError

    def note() -> None:
        failures.append(1)
        stop.set()

    digest._is_running = True
    digest.add("a", "a1", break_down)
    digest.run_forever(stop, note)
    assert failures == [1]
