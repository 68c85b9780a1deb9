"""RQ wakes workers; a Redis that is flushed or killed loses nothing."""

import multiprocessing
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from redis import Redis
from redis.exceptions import RedisError

from widget_server.jobs.model import Handler, JobAdded
from widget_server.jobs.rq_bridge import Here, RqWake, make_worker, work
from widget_server.jobs.runner import Runner
from widget_server.jobs.store import JobStore
from widget_server.kernel.bus import Bus
from widget_server.kernel.clock import SystemClock
from widget_server.storage import Storage

CLOCK = SystemClock()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    assert program, "this test needs redis-server (Debian: apt-get install redis-server)"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    redis = Redis(port=int(port))
    for _ in range(100):
        try:
            redis.ping()
            break
        except RedisError:
            time.sleep(0.02)
    redis.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.kill()
    server.wait()


def be_worker(database_url: str, redis_url: str, notes: str) -> None:
    """Run in a process of its own: RQ takes signals and the main thread."""

    def note(payload: dict[str, str]) -> None:
        with open(notes, "a") as file:
            file.write(payload["name"] + "\n")

    runner = Runner(Storage(database_url, Bus()), CLOCK, {"note": Handler(note)}, "rq")
    work(runner, redis_url, Event())


@pytest.fixture
def notes(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "notes"
    file.touch()
    process = multiprocessing.get_context("spawn").Process(target=be_worker, args=(database_url, redis_url, str(file)))
    process.start()
    yield file
    process.kill()
    process.join()


def wait_for(file: Path, names: list[str]) -> None:
    until = time.monotonic() + 10
    while sorted(file.read_text().split()) != names and time.monotonic() < until:
        time.sleep(0.02)
    assert sorted(file.read_text().split()) == names


def test_rq_wakes_and_a_flushed_redis_loses_nothing(storage: Storage, redis_url: str, notes: Path) -> None:
    jobs, redis = JobStore(CLOCK), Redis.from_url(redis_url)
    storage.bus.after(JobAdded, RqWake(redis_url, CLOCK).on_job_added)

    def add(name: str) -> None:
        with storage.begin() as tx:
            jobs.add_now(tx, "note", {"name": name})

    add("a")
    wait_for(notes, ["a"])
    add("b")
    redis.flushall()
    wait_for(notes, ["a", "b"])
    redis.close()


def test_without_redis_jobs_are_still_written(storage: Storage) -> None:
    jobs = JobStore(CLOCK)
    storage.bus.after(JobAdded, RqWake("redis://127.0.0.1:1/0", CLOCK).on_job_added)
    with storage.begin() as tx:
        assert jobs.add_now(tx, "note", {"name": "a"})


def test_the_wake_up_alone_runs_the_job(storage: Storage, redis_url: str) -> None:
    ran: list[str] = []
    Here.runner = Runner(storage, CLOCK, {"note": Handler(lambda payload: ran.append(payload["name"]))}, "rq")
    storage.bus.after(JobAdded, RqWake(redis_url, CLOCK).on_job_added)
    with storage.begin() as tx:
        JobStore(CLOCK).add_now(tx, "note", {"name": "a"})
    make_worker(redis_url).work(burst=True, logging_level="WARNING")
    assert ran == ["a"]
