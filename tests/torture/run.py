"""Torture of the chat: people write and read while the server is killed and frozen and their connections are cut.

    python -m tests.torture.run --minutes 30

Visitors and operators are the product's own client modules under Node, behind a proxy that stalls, resets, half-opens
and dribbles connections; the server is killed every 0.5–2 s and stopped (SIGSTOP) now and then. At the end everybody
must have seen every message once, in order, the same as the database holds.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.running import RunningServer, free_port
from tests.seeding import PASSWORD, house_on, seed
from widget_server.assets import ROOT
from widget_server.operators.model import OperatorDraft

HERE = Path(__file__).parent
UNLIMITED = {
    "LIMIT_MESSAGES_PER_VISITOR": "1000000/minute",
    "LIMIT_HELLO_PER_ADDRESS": "1000000/minute",
    "LIMIT_LOGINS_PER_ACCOUNT": "1000000/minute",
    "LIMIT_LOGINS_PER_ADDRESS": "1000000/minute",
}
SETTLE_SECONDS = 120


@dataclass
class Outcome:
    """What a run came to; the four fields of ``faults`` must be 0."""

    sent: int
    stored: int
    kills: int
    stops: int
    connections: dict[str, int]
    faults: dict[str, int]
    delay: dict[str, int]
    up_delay: dict[str, int]

    @property
    def holds(self) -> bool:
        return not any(self.faults.values())

    def table(self) -> str:
        cut = ", ".join(f"{name} {count}" for name, count in sorted(self.connections.items()))
        rows = {
            "messages sent": self.sent,
            "stored": self.stored,
            "kills, stops": f"{self.kills}, {self.stops}",
            "connections": cut,
            **self.faults,
            "from confirmed to shown, ms": self.delay,
            "of that while the server was up, ms": self.up_delay,
        }
        return "\n".join(f"{name:36} {value}" for name, value in rows.items())


@dataclass
class Tormentor:
    """Kills and freezes one server, and notes when it was up."""

    server: RunningServer
    up_times: Path
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
            self.server.kill()
            self.kills += 1
            self.server.start()
        self._note_up()

    def _freeze(self) -> None:
        os.kill(self.server.pid, signal.SIGSTOP)
        self._note_down()
        time.sleep(self.chance.uniform(0.1, 3))
        os.kill(self.server.pid, signal.SIGCONT)
        self._note_up()
        self.stops += 1

    def _note_up(self) -> None:
        self._times.append([_now(), None])
        self.up_times.write_text(json.dumps(self._times))

    def _note_down(self) -> None:
        self._times[-1][1] = _now()


def _now() -> int:
    return round(time.time() * 1000)


def torture(seconds: float, people: int, pause: float, stops: int, place: Path) -> Outcome:
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
    """
    operators = _prepare(place / "data", people)
    server = RunningServer(place / "data", options=UNLIMITED).start()
    tormentor = Tormentor(server, place / "up.json", random.Random())  # chance, not secrets
    port = free_port()
    proxy = _node(["proxy.mjs", str(port), str(server.port)])
    _expect(proxy, "ready")
    settings = {
        "url": f"http://127.0.0.1:{port}",
        "origin": "https://shop.example",
        "site": "demo",
        "visitors": people,
        "operators": operators,
        "password": PASSWORD,
        "pause": pause,
        "upTimes": str(tormentor.up_times),
        "settleSeconds": SETTLE_SECONDS,
    }
    crowd = _node(["--experimental-websocket", "--no-warnings", _bundle(place), json.dumps(settings)])
    try:
        _expect(crowd, "started")
        tormentor.torment(seconds, stops)
        proxy.send_signal(signal.SIGUSR1)
        seen = json.loads(crowd.communicate("stop\n", timeout=SETTLE_SECONDS + 60)[0])
        proxy.terminate()
        connections = json.loads(proxy.communicate(timeout=5)[0])
    finally:
        for process in (crowd, proxy):
            process.kill()
        server.kill()
    return _judge(seen, _stored(place / "data"), tormentor, connections)


def _prepare(data: Path, people: int) -> list[str]:
    """Write the cast and as many operators as asked for; return their mails."""
    house = house_on(data)
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


def _stored(data: Path) -> dict[str, list[str]]:
    """Return conversation → bodies by seq."""
    found: dict[str, list[str]] = {}
    engine = create_engine(f"sqlite:///{data / 'widget.db'}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT conversation_id, seq, body FROM messages ORDER BY conversation_id, seq"))
        for conversation, seq, body in rows:
            found.setdefault(conversation, []).append(body)
            assert seq == len(found[conversation]), "a hole in the sequence"
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
    return Outcome(*made, delay=seen["delay"], up_delay=seen["upDelay"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--people", type=int, default=10, help="visitors, and as many operators")
    parser.add_argument("--messages", type=int, default=100_000, help="how many must be sent at least")
    args = parser.parse_args()
    seconds = args.minutes * 60
    pause = 3 * args.people * seconds * 1000 / (args.messages * 1.2)
    with tempfile.TemporaryDirectory() as place:
        outcome = torture(seconds, args.people, pause, round(200 * args.minutes / 30), Path(place))
    enough = outcome.sent >= args.messages
    print(outcome.table())
    faults = sum(outcome.faults.values())
    print(
        f"torture: {outcome.sent} messages (must be ≥ {args.messages}), {faults} faults (must be 0), "
        f"whole again at most {outcome.up_delay['max']} ms of the server being up"
    )
    return 0 if outcome.holds and enough else 1


if __name__ == "__main__":
    sys.exit(main())
