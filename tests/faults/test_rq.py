"""RQ wakes workers; a Redis that is flushed or away loses nothing."""

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread

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
    """Work as `widget-server worker` does, in a process of its own: RQ takes signals and the main thread."""

    def note(payload: dict[str, str]) -> None:
        with open(notes, "a") as file:
            file.write(payload["name"] + "\n")

    runner, stop = Runner(Storage(database_url, Bus()), CLOCK, {"note": Handler(note)}, "rq"), Event()
    Thread(target=runner.run_forever, args=(stop,), daemon=True).start()
    work(runner, redis_url, stop)


@dataclass
class Worker:
    """A worker process and the file in which its jobs leave their names."""

    process: BaseProcess
    notes: Path

    def tell(self, number: signal.Signals) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    def wait_for(self, *names: str) -> None:
        until = time.monotonic() + 30
        while sorted(self.notes.read_text().split()) != sorted(names) and time.monotonic() < until:
            time.sleep(0.02)
        assert sorted(self.notes.read_text().split()) == sorted(names)


@pytest.fixture
def worker(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Worker]:
    notes = tmp_path / "notes"
    notes.touch()
    process = multiprocessing.get_context("spawn").Process(target=be_worker, args=(database_url, redis_url, str(notes)))
    process.start()
    yield Worker(process, notes)
    process.kill()
    process.join()


def test_a_flushed_redis_loses_nothing(storage: Storage, redis_url: str, worker: Worker) -> None:
    jobs, redis = JobStore(CLOCK), Redis.from_url(redis_url)
    storage.bus.after(JobAdded, RqWake(redis_url, CLOCK).on_job_added)

    def add(name: str) -> None:
        with storage.begin() as tx:
            jobs.add_now(tx, "note", {"name": name})

    add("a")
    worker.wait_for("a")
    worker.tell(signal.SIGSTOP)  # so that the flush certainly comes before the worker hears of it
    add("b")
    redis.flushall()
    worker.tell(signal.SIGCONT)
    worker.wait_for("a", "b")
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
