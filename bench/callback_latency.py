"""From the visitor's POST to the provider's command: ours against a bare RQ job that gives the same command.

    python -m bench.callback_latency --rounds 150

Both stand behind the same HTTP server on the same Redis and are asked in turns, so the ratio holds on a busy machine.
Ours checks consent, number, caps and hours, writes five rows in one transaction, claims the job, writes the attempt and
its call down, and only then speaks; the reference enqueues a function and its worker speaks. The tenth percentile is
compared: on a busy machine the others measure whoever else is on it. Exits 0 if ours is at most ``MOST`` times as much.
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from tests.running import free_port
from tests.seeding import CHEAP, seed
from widget_server.house import build
from widget_server.kernel.ids import new_id
from widget_server.schema import upgrade
from widget_server.settings import Settings, load_settings
from widget_server.sites.calling import Calling

MOST = 16.0  # ours commits three times and speaks to a database some sixty times; a bare job does neither
PAUSE = 0.03
WARM = 10
PATIENCE = 30
NO_CAPS = {f"limit_{name}": "100000/hour" for name in (
    "callbacks_per_visitor", "callbacks_per_number", "callbacks_per_address", "callbacks_per_network",
    "numbers_per_address", "numbers_per_block", "hello_per_address",
)}  # fmt: skip


class Provider:
    """The PBX of both: notes when each command came."""

    def __init__(self) -> None:
        self.came: list[float] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.came.append(time.perf_counter())
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, count: int) -> float:
        until = time.perf_counter() + PATIENCE
        while len(self.came) < count:
            if time.perf_counter() > until:
                raise TimeoutError("the command did not come")
            time.sleep(0.0002)
        return self.came[count - 1]

    def close(self) -> None:
        self._server.shutdown()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.callback_latency", description=__doc__)
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    wanted = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis_url = stack.enter_context(_redis(home))
        provider = Provider()
        stack.callback(provider.close)
        ours, reference = _start(stack, home, redis_url, provider.url, wanted.database)
        times: dict[str, list[float]] = {"ours": [], "a bare RQ job": []}
        for turn in range(wanted.rounds + WARM):
            for name, ask in (("ours", ours), ("a bare RQ job", reference)):
                took = _time(ask, provider)
                if turn >= WARM:
                    times[name].append(took)
    return _print(times)


def _time(ask: Callable[[], None], provider: Provider) -> float:
    count, began = len(provider.came) + 1, time.perf_counter()
    ask()
    took = provider.wait_for(count) - began
    time.sleep(PAUSE)
    return took


def _print(times: dict[str, list[float]]) -> int:
    print(f"{'POST to command, ms':<22}{'p10':>8}{'p50':>8}{'p95':>8}{'max':>8}")
    undisturbed = []
    for name, took in times.items():
        ms = sorted(1000 * one for one in took)
        undisturbed.append(ms[len(ms) // 10])
        shown = (ms[len(ms) // 10], statistics.median(ms), ms[int(len(ms) * 0.95)], ms[-1])
        print(f"{name:<22}" + "".join(f"{one:>8.1f}" for one in shown))
    ratio = undisturbed[0] / undisturbed[1]
    print(f"callback latency ratio {ratio:.2f} at p10 (must be at most {MOST})")
    return 0 if ratio <= MOST else 1


def _start(
    stack: ExitStack, home: Path, redis_url: str, provider: str, database: str | None
) -> tuple[Callable[[], None], Callable[[], None]]:
    """Start both sides; return what asks each of them."""
    ports = free_port(), free_port()
    values = {"data_dir": str(home / "var"), "database_url": database or "", "redis_url": redis_url}
    values |= {**NO_CAPS, "online_seconds": "86400", "operator_ring_seconds": "3600"}
    environment = os.environ | {f"WIDGET_{name.upper()}": value for name, value in values.items()}
    consent = _set_up(load_settings(environment))
    for side, port in (("our-web", ports[0]), ("our-worker", 0), ("bare-web", ports[1]), ("bare-worker", 0)):
        command = [sys.executable, "-m", "bench.latency_sides", side, provider, redis_url, str(port)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.kill)
    return _visitor(ports[0], consent), _client(ports[1])


def _set_up(settings: Settings) -> dict[str, Any]:
    """Write a site, its operators and nothing else; return the consent that visitors accept."""
    upgrade(settings)
    house = build(settings, hasher=CHEAP)
    cast = seed(house)
    house.sites.update_site(cast.site.id, {"calling": Calling(per_hour=10_000, per_day=10_000, budget=0)})
    for operator in (cast.anna, cast.boris):
        house.operators.sign_of_life(operator.id)
    house.storage.close()
    return {"version": cast.site.consent["version"], "accepted": True}


def _visitor(port: int, consent: dict[str, Any]) -> Callable[[], None]:
    headers = {"Authorization": f"Bearer {new_id()}.{new_id()}", "Origin": "https://shop.example"}
    post = _poster(port)
    post("/w/v1/hello?site=demo", {"context": {}}, headers)
    numbers = iter(range(10_000))

    def ask() -> None:
        phone = f"+7912{3_000_000 + 997 * next(numbers):07}"
        post("/w/v1/callbacks?site=demo", {"key": new_id(), "phone": phone, "consent": consent}, headers)

    return ask


def _client(port: int) -> Callable[[], None]:
    post = _poster(port)
    return lambda: post("/order", {"key": new_id()}, {})


def _poster(port: int) -> Callable[[str, dict[str, Any], dict[str, str]], None]:
    _wait_for(port)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def post(path: str, body: dict[str, Any], headers: dict[str, str]) -> None:
        line.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
        answer = line.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {said.decode()}")

    return post


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextmanager
def _redis(home: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("this bench needs redis-server (Debian: apt-get install redis-server)")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    redis = Redis(port=port)
    for _ in range(200):
        try:
            redis.ping()
            break
        except RedisError:
            time.sleep(0.02)
    redis.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.kill()
    server.wait()


if __name__ == "__main__":
    sys.exit(main())
