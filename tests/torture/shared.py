"""What several web processes have in common: a PostgreSQL, and a Redis that is killed and flushed while they work."""

import json
import random
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.running import free_port


@dataclass
class RunningRedis:
    """A Redis of its own without a file, so what is killed is gone."""

    place: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "RunningRedis":
        program = shutil.which("redis-server")
        assert program, "this needs redis-server (Debian: apt-get install redis-server)"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.place)]
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                with Redis(port=self.port) as redis:
                    redis.ping()
                return self
            except RedisError:
                time.sleep(0.02)
        raise AssertionError("Redis did not get ready")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)
            self._process = None

    def flush(self) -> None:
        with Redis(port=self.port) as redis:
            redis.flushall()


@dataclass
class RedisTormentor:
    """Kills and flushes a Redis at random moments, and notes when it was up."""

    redis: RunningRedis
    up_times: Path
    seconds: float
    kills: int
    flushes: int
    killed: int = 0
    flushed: int = 0
    _times: list[list[int | None]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        began = time.monotonic()
        acts = [
            (random.uniform(0, self.seconds), act) for act in [self._kill] * self.kills + [self._flush] * self.flushes
        ]
        for at, act in sorted(acts, key=lambda one: one[0]):
            if self._stop.wait(max(0.0, began + at - time.monotonic())):
                return
            act()

    def begin(self) -> None:
        self._note_up()
        self._thread = threading.Thread(target=self.run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def _kill(self) -> None:
        self._times[-1][1] = round(time.time() * 1000)
        self.redis.kill()
        self._stop.wait(random.uniform(0.2, min(5.0, self.seconds / self.kills)))
        self.redis.start()
        self._note_up()
        self.killed += 1

    def _flush(self) -> None:
        self.redis.flush()
        self.flushed += 1

    def _note_up(self) -> None:
        self._times.append([round(time.time() * 1000), None])
        self.up_times.write_text(json.dumps(self._times))
