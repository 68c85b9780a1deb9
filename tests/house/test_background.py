"""What goes on beside requests."""

import threading
from dataclasses import replace

from widget_server.background import start_background
from widget_server.kernel.clock import SystemClock
from widget_server.rooms import House


class Ear:
    """A listener that says when it began and when it was told to end."""

    def __init__(self) -> None:
        self.began, self.ended = threading.Event(), threading.Event()

    def run(self, stop: threading.Event) -> None:
        self.began.set()
        stop.wait()
        self.ended.set()


def test_the_listener_runs_in_one_process_and_ends_with_it(house: House) -> None:
    house = replace(house, clock=SystemClock())
    ears = Ear(), Ear()
    stops = threading.Event(), threading.Event()
    threads = []
    for ear, stop in zip(ears, stops, strict=True):
        telephony = type("Pbx", (), {"listen": lambda self, ear=ear: ear})()
        threads += start_background(replace(house, telephony=telephony, runners=()), stop, name=str(id(ear)))
        ear.began.wait(3)
    assert (ears[0].began.is_set(), ears[1].began.is_set()) == (True, False)
    stops[0].set()
    assert ears[0].ended.wait(3)
    assert ears[1].began.wait(5)
    stops[1].set()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)
