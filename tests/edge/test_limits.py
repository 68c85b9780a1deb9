"""Limits go on without Redis, also when it neither answers nor refuses."""

import socket
import time

import pytest
from limits import parse

from widget_server.edge.hints import MOST_WAITING, Hints
from widget_server.edge.limits import Limits
from widget_server.edge.window import CLEAN_SECONDS, MovingWindow
from widget_server.kernel.errors import TooMany


@pytest.fixture
def silent_redis() -> str:
    """The address of something that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def test_a_redis_that_hangs_holds_nobody_up(silent_redis: str) -> None:
    limits, began = Limits(silent_redis), time.monotonic()
    for _ in range(2):
        limits.check("2/minute", "somebody")
    with pytest.raises(TooMany):
        limits.check("2/minute", "somebody")
    assert time.monotonic() - began < 3


def test_hints_wait_beside_and_are_dropped_at_last(silent_redis: str) -> None:
    hints, began = Hints(silent_redis, write_only=True), time.monotonic()
    for number in range(MOST_WAITING + 10):
        hints.emit("message", {"number": number}, namespace="/console", room="site")
    assert time.monotonic() - began < 3


def test_the_window_moves_and_forgets_who_has_gone() -> None:
    at = [0.0]
    window, rule = MovingWindow(lambda: at[0]), parse("2/second")
    assert [window.hit(rule, "anna") for _ in range(3)] == [True, True, False]
    assert window.hit(rule, "boris")
    at[0] = 1.0
    assert window.hit(rule, "anna")
    for number in range(1000):
        window.hit(rule, str(number))
    at[0] = 1.0 + CLEAN_SECONDS
    window.hit(rule, "anna")
    assert len(window) == 1
