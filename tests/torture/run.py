"""Torture of the chat: people write and read while the server is killed and frozen and their connections are cut.

    python -m tests.torture.run --minutes 30
    bash tests/with_postgres.sh python -m tests.torture.run --shared --minutes 30

Visitors and operators are the product's own client modules under Node, behind a proxy that stalls, resets, half-opens
and dribbles connections; the server is killed every 0.5–2 s and stopped (SIGSTOP) now and then. At the end everybody
must have seen every message once, in order, the same as the database holds. ``--shared``: two web processes behind one
port, with a PostgreSQL and a Redis in common, and the Redis is killed and flushed too.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.running import RunningServer, free_port
from tests.seeding import PASSWORD, house_on, seed
from tests.torture.outcome import Outcome
from tests.torture.shared import RedisTormentor, RunningRedis
from widget_server.assets import ROOT
from widget_server.operators.model import OperatorDraft

HERE = Path(__file__).parent
UNLIMITED = {
    "LIMIT_MESSAGES_PER_VISITOR": "1000000/minute",
    "LIMIT_HELLO_PER_ADDRESS": "1000000/minute",
    "LIMIT_LOGINS_PER_ACCOUNT": "1000000/minute",
    "LIMIT_LOGINS_PER_ADDRESS": "1000000/minute",
}
SETTLE_SECONDS, REPORT_SECONDS = 120, 300
P99_MS, LONGEST_MS = 3000, 15_000
SHARED_P99_MS, SHARED_LONGEST_MS = 5000, 15_000


@dataclass
class Tormentor:
    """Kills and freezes servers, one at a time, and notes when the only one was up."""

    servers: list[RunningServer]
    up_times: Path | None
    chance: random.Random
    kills: int = 0
    stops: int = 0
    _times: list[list[int | None]] = field(default_factory=list)

    def torment(self, seconds: float, stops: int) -> None:
        until = time.monotonic() + seconds
        stop_at = sorted(self.chance.uniform(0, seconds) for _ in range(stops))
        began = time.monotonic()
        while time.monotonic() < until:
            self._note_up()
            time.sleep(self.chance.uniform(0.5, 2))
            while stop_at and time.monotonic() - began >= stop_at[0]:
                stop_at.pop(0)
                self._freeze()
            self._note_down()
            victim = self.chance.choice(self.servers)
            victim.kill()
            self.kills += 1
            victim.start()
        self._note_up()

    def _freeze(self) -> None:
        victim = self.chance.choice(self.servers)
        os.kill(victim.pid, signal.SIGSTOP)
        self._note_down()
        time.sleep(self.chance.uniform(0.1, 3))
        os.kill(victim.pid, signal.SIGCONT)
        self._note_up()
        self.stops += 1

    def _note_up(self) -> None:
        self._times.append([_now(), None])
        if self.up_times is not None:
            self.up_times.write_text(json.dumps(self._times))

    def _note_down(self) -> None:
        self._times[-1][1] = _now()


def _now() -> int:
    return round(time.time() * 1000)


@dataclass
class Shared:
    """What two web processes have in common."""

    database_url: str
    redis_kills: int
    redis_flushes: int


def torture(
    seconds: float, people: int, pause: float, stops: int, place: Path, shared: Shared | None = None
) -> Outcome:
    """Run once.

    Parameters
    ----------
    seconds : float
        How long they write.
    people : int
        Visitors, and as many operators.
    pause : float
        Milliseconds between two messages of one writer, on average.
    stops : int
        How often the server is frozen.
    shared : Shared, optional
        Two servers instead of one.
    """
    url = shared.database_url if shared else f"sqlite:///{place / 'data' / 'widget.db'}"
    operators = _prepare(place / "data", people, shared.database_url if shared else "")
    redis = RunningRedis(place).start() if shared else None
    servers = _start(place / "data", url, redis)
    up_times = place / "up.json"
    tormentor = Tormentor(servers, None if redis else up_times, random.Random())  # chance, not secrets
    port = free_port()
    proxy = _node(["proxy.mjs", str(port), str(servers[0].port)])
    _expect(proxy, "ready")
    settings = {
        "url": f"http://127.0.0.1:{port}",
        "origin": "https://shop.example",
        "site": "demo",
        "visitors": people,
        "operators": operators,
        "password": PASSWORD,
        "pause": pause,
        "upTimes": str(up_times),
        "settleSeconds": SETTLE_SECONDS,
    }
    crowd = _node(["--experimental-websocket", "--no-warnings", _bundle(place), json.dumps(settings)])
    try:
        _expect(crowd, "started")
        troubled = _torment_redis(redis, shared, up_times, seconds) if redis and shared else None
        tormentor.torment(seconds, stops)
        if troubled:
            troubled.end()
        proxy.send_signal(signal.SIGUSR1)
        seen = json.loads(crowd.communicate("stop\n", timeout=SETTLE_SECONDS + REPORT_SECONDS)[0])
        proxy.terminate()
        connections = json.loads(proxy.communicate(timeout=5)[0])
    finally:
        for process in (crowd, proxy):
            process.kill()
        for one in [*servers, *([redis] if redis else [])]:
            one.kill()
    outcome = _judge(seen, _stored(url), tormentor, connections)
    return replace(outcome, redis=f"{troubled.killed}, {troubled.flushed}") if troubled else outcome


def _start(data: Path, url: str, redis: RunningRedis | None) -> list[RunningServer]:
    if redis is None:
        return [RunningServer(data, options=UNLIMITED).start()]
    options = UNLIMITED | {"DATABASE_URL": url, "REDIS_URL": redis.url, "SHARE_PORT": "true"}
    port = free_port()
    return [RunningServer(data, port, options, name).start() for name in ("-a", "-b")]


def _torment_redis(redis: RunningRedis, shared: Shared, up_times: Path, seconds: float) -> RedisTormentor:
    tormentor = RedisTormentor(redis, up_times, seconds, shared.redis_kills, shared.redis_flushes)
    tormentor.begin()
    return tormentor


def _prepare(data: Path, people: int, url: str) -> list[str]:
    """Write the cast and as many operators as asked for; return their mails."""
    house = house_on(data, database_url=url)
    cast = seed(house)
    mails = [f"o{index}@demo.example" for index in range(people)]
    for mail in mails:
        draft = OperatorDraft(mail, mail, PASSWORD, "operator", "ru", frozenset({cast.site.id}))
        house.operators.create_operator(cast.owner.account_id, draft)
    house.storage.close()
    return mails


def _bundle(place: Path) -> str:
    """Put the crowd and the product's modules into one file, as the widget itself is built."""
    built = place / "crowd.mjs"
    esbuild = str(ROOT / "node_modules" / ".bin" / "esbuild")
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={built}"]
    subprocess.run([esbuild, str(HERE / "crowd.mjs"), *options], check=True, cwd=ROOT)
    return str(built)


def _node(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["node", *arguments], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    )


def _expect(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    if said != word:
        raise AssertionError(f"expected {word!r}, heard {said[:200]!r}")


def _stored(url: str) -> dict[str, list[str]]:
    """Return conversation → what people said in it, by seq (the log holds assignments and the like too)."""
    found: dict[str, list[str]] = {}
    lasts: Counter[str] = Counter()
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT conversation_id, seq, kind, body FROM messages ORDER BY 1, 2"))
        for conversation, seq, kind, body in rows:
            lasts[conversation] += 1
            assert seq == lasts[conversation], "a hole in the sequence"
            if kind == "text":
                found.setdefault(conversation, []).append(body)
    engine.dispose()
    return found


def _judge(
    seen: dict[str, Any], stored: dict[str, list[str]], tormentor: Tormentor, connections: dict[str, int]
) -> Outcome:
    everything = Counter(body for bodies in stored.values() for body in bodies)
    by_bodies = {tuple(bodies) for bodies in stored.values()}
    faults = {
        "lost": len(set(seen["bodies"]) - set(everything)),
        "stored twice": sum(count - 1 for count in everything.values()),
        "shown twice": seen["twice"],
        "out of order": seen["disorder"],
        "refused": seen["refused"],
        "readers who saw anything else": sum(tuple(one["bodies"]) not in by_bodies for one in seen["threads"]),
    }
    made = (seen["sent"], sum(everything.values()), tormentor.kills, tormentor.stops, connections, faults)
    return Outcome(*made, seen["delay"], seen["upDelay"], seen["ack"], seen["settled"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--people", type=int, default=10, help="visitors, and as many operators")
    parser.add_argument("--shared", action="store_true", help="two web processes, PostgreSQL and Redis")
    parser.add_argument("--messages", type=int, default=100_000, help="how many must be sent at least")
    args = parser.parse_args()
    seconds = args.minutes * 60
    pause = 3 * args.people * seconds * 1000 / (args.messages * 1.2)
    with tempfile.TemporaryDirectory() as place:
        share = args.minutes / 30
        shared = _shared(share) if args.shared else None
        outcome = torture(seconds, args.people, pause, round(200 * share), Path(place), shared)
    print(outcome.table())
    return _conclude(outcome, args.messages)


def _shared(share: float) -> Shared:
    url = os.environ.get("TEST_DATABASE_URL")
    assert url, "run it as `make torture-redis`: it needs a PostgreSQL of its own"
    return Shared(url, round(100 * share), round(20 * share))


def _conclude(outcome: Outcome, messages: int) -> int:
    faults = sum(outcome.faults.values())
    p99, longest = (SHARED_P99_MS, SHARED_LONGEST_MS) if outcome.redis else (P99_MS, LONGEST_MS)
    print(
        f"torture: {outcome.sent} messages (must be ≥ {messages}), {faults} faults (must be 0), whole again after "
        f"{outcome.up_delay['p99']} ms (p99, must be ≤ {p99}) and at most {outcome.up_delay['max']} ms "
        f"(must be ≤ {longest}) of {'Redis' if outcome.redis else 'the server'} being up"
    )
    return 0 if outcome.holds and outcome.sent >= messages and outcome.is_prompt(p99, longest) else 1


if __name__ == "__main__":
    sys.exit(main())
