"""Work outside requests: taken once, in time, and looked after when its worker dies."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import FakeClock
from widget_server.jobs import store
from widget_server.jobs.model import Handler
from widget_server.jobs.runner import Runner
from widget_server.jobs.store import JobStore
from widget_server.storage import Storage


class Killed(BaseException):
    """Ends a worker as SIGKILL does."""


class Worker:
    """A runner that notes what it ran."""

    def __init__(self, storage: Storage, clock: FakeClock, name: str = "worker") -> None:
        self.ran: list[str] = []
        self.lost: list[str] = []
        self.fail: type[BaseException] | None = None
        handlers = {
            "once": Handler(self.run, on_lost=lambda payload: self.lost.append(payload["name"])),
            "often": Handler(self.run, repeatable=True),
        }
        self.runner = Runner(storage, clock, handlers, name)

    def run(self, payload: dict[str, Any]) -> None:
        self.ran.append(payload["name"])
        if self.fail is not None:
            raise self.fail


@pytest.fixture
def jobs(clock: FakeClock) -> JobStore:
    return JobStore(clock)


@pytest.fixture
def worker(storage: Storage, clock: FakeClock) -> Worker:
    return Worker(storage, clock)


def add(storage: Storage, jobs: JobStore, kind: str, name: str = "a", after: float = 0, key: str | None = None) -> bool:
    with storage.begin() as tx:
        return jobs.add(tx, kind, {"name": name}, jobs._clock.now() + timedelta(seconds=after), key)


def test_jobs_run_once_when_they_are_due(storage: Storage, jobs: JobStore, worker: Worker, clock: FakeClock) -> None:
    add(storage, jobs, "once", "later", after=5)
    add(storage, jobs, "once", "now")
    assert (worker.runner.run_due(), worker.runner.run_due()) == (1, 0)
    clock.forward(seconds=5)
    assert worker.runner.run_due() == 1
    assert worker.ran == ["now", "later"]


def test_a_job_of_a_failed_transaction_never_existed(storage: Storage, jobs: JobStore, worker: Worker) -> None:
    def fail() -> None:
        with storage.begin() as tx:
            jobs.add_now(tx, "once", {"name": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert worker.runner.run_due() == 0


def test_a_unique_key_is_one_job(storage: Storage, jobs: JobStore, worker: Worker) -> None:
    assert [add(storage, jobs, "once", key="k") for _ in range(3)] == [True, False, False]
    worker.runner.run_due()
    assert worker.ran == ["a"]


def test_eight_workers_take_each_job_once(storage: Storage, jobs: JobStore, clock: FakeClock) -> None:
    for number in range(40):
        add(storage, jobs, "once", str(number))
    workers = [Worker(storage, clock, f"w{n}") for n in range(8)]
    threads = [threading.Thread(target=worker.runner.run_due) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name for worker in workers for name in worker.ran) == sorted(map(str, range(40)))


def test_a_job_that_raises_is_handed_over_not_repeated(storage: Storage, jobs: JobStore, worker: Worker) -> None:
    worker.fail = ValueError
    add(storage, jobs, "once")
    worker.runner.run_due()
    assert (worker.runner.run_due(), worker.ran, worker.lost) == (0, ["a"], ["a"])


def test_a_repeatable_job_that_raises_comes_back_later(
    storage: Storage, jobs: JobStore, worker: Worker, clock: FakeClock
) -> None:
    worker.fail = ValueError
    add(storage, jobs, "often")
    worker.runner.run_due()
    assert worker.runner.run_due() == 0
    worker.fail = None
    clock.forward(seconds=1)
    assert (worker.runner.run_due(), worker.ran) == (1, ["a", "a"])


@pytest.mark.parametrize(("kind", "ran", "lost"), [("once", ["a"], ["a"]), ("often", ["a", "a"], [])])
def test_what_a_dead_worker_left(
    storage: Storage, jobs: JobStore, worker: Worker, clock: FakeClock, kind: str, ran: list[str], lost: list[str]
) -> None:
    worker.fail = Killed
    add(storage, jobs, kind)
    with pytest.raises(Killed):
        worker.runner.run_due()
    worker.fail = None
    assert worker.runner.sweep() == 0
    clock.forward(seconds=61)
    assert worker.runner.sweep() == 1
    clock.forward(seconds=2)
    worker.runner.run_due()
    assert (worker.ran, worker.lost) == (ran, lost)


def test_an_unknown_kind_waits_for_a_newer_worker(storage: Storage, jobs: JobStore, worker: Worker) -> None:
    add(storage, jobs, "of the future")
    assert worker.runner.run_due() == 0
    with storage.read() as tx:
        assert store.count(tx, "queued") == 1


def test_what_is_done_is_forgotten_after_a_week(
    storage: Storage, jobs: JobStore, worker: Worker, clock: FakeClock
) -> None:
    add(storage, jobs, "once")
    worker.runner.run_due()
    clock.forward(days=8)
    worker.runner.sweep()
    with storage.read() as tx:
        assert store.count(tx, "done") == 0


def test_the_loop_wakes_up_for_new_work(storage: Storage, jobs: JobStore, worker: Worker) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.runner.run_forever, args=(stop,))
    thread.start()
    add(storage, jobs, "once")
    worker.runner.hint()
    for _ in range(100):
        if worker.ran:
            break
        stop.wait(0.01)
    stop.set()
    worker.runner.hint()
    thread.join(2)
    assert worker.ran == ["a"]
