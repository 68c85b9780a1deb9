"""One visitor sends 1,000 messages a second; the others must not feel it, and the flooder is told to slow down.

    python -m bench.flood --seconds 20

Ten visitors and two operators talk before and during the flood. What was acknowledged, the flooder's too, must be kept.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bench.delivery import load, people
from tests.running import RunningServer
from tests.seeding import house_on, seed

RATE, OTHERS, MOST_MS = 1000, 10, 100.0


@dataclass(frozen=True)
class Flood:
    """What a flood came to; milliseconds are the 99th percentile of the others, from sent to shown."""

    sent: int
    taken: int
    refused: int
    words: str
    calm_ms: float
    flooded_ms: float
    others_sent: int
    others_lost: int
    taken_lost: int

    @property
    def loses_nothing(self) -> bool:
        return self.others_lost == 0 and self.taken_lost == 0

    @property
    def is_told(self) -> bool:
        return self.refused > 0 and self.words.startswith("too_many")


def flood(seconds: int, place: Path) -> Flood:
    data = place / "data"
    house = house_on(data)
    seed(house)
    house.storage.close()
    server = RunningServer(data).start()
    try:
        sockets = list(people(server.url, "demo", OTHERS + 1))
        said = load("flood_load.mjs", server.url, {"sockets": sockets, "seconds": seconds, "rate": RATE})
    finally:
        server.kill()
    return _judge(said, f"sqlite:///{data / 'widget.db'}")


def _judge(said: dict[str, Any], url: str) -> Flood:
    engine = create_engine(url)
    with engine.connect() as connection:
        kept = set(connection.execute(text("SELECT body FROM messages")).scalars())
    engine.dispose()
    told, phases = said["told"], (said["calm"], said["flooded"])
    return Flood(
        told["sent"],
        len(told["taken"]),
        told["refused"],
        told["words"],
        *(one["shownP99"] for one in phases),
        others_sent=sum(one["sent"] for one in phases),
        others_lost=sum(one["sent"] - min(one["acked"], one["shown"]) for one in phases),
        taken_lost=len(set(told["taken"]) - kept),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        it = flood(args.seconds, Path(place))
    print(f"sent by the flooder                {it.sent}")
    print(f"taken, refused                     {it.taken}, {it.refused}")
    print(f"told                               {it.words}")
    print(f"others, p99 before, during, ms     {it.calm_ms:.1f}, {it.flooded_ms:.1f}")
    print(
        f"flood: others' p99 {it.flooded_ms:.1f} ms (must be ≤ {MOST_MS:.0f}), {it.others_lost} of {it.others_sent} "
        f"theirs lost (must be 0), {it.taken_lost} taken ones lost (must be 0)"
    )
    return 0 if it.loses_nothing and it.is_told and it.flooded_ms <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
