"""What a run of the torture came to."""

from dataclasses import dataclass


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
    ack: dict[str, int]
    settled: int
    redis: str = ""

    @property
    def holds(self) -> bool:
        return not any(self.faults.values())

    def is_prompt(self, p99: int, longest: int) -> bool:
        """Tell whether all was shown soon, counting only the time in which what was killed was up."""
        return self.up_delay["p99"] <= p99 and self.up_delay["max"] <= longest

    def table(self) -> str:
        cut = ", ".join(f"{name} {count}" for name, count in sorted(self.connections.items()))
        rows = {
            "messages sent": self.sent,
            "stored": self.stored,
            "kills, stops": f"{self.kills}, {self.stops}",
            **({"Redis killed, flushed": self.redis} if self.redis else {}),
            "connections": cut,
            **self.faults,
            "from confirmed to shown, ms": self.delay,
            f"of that while {'Redis' if self.redis else 'the server'} was up, ms": self.up_delay,
            "from sent to confirmed, ms": self.ack,
            "all quiet and whole after the end, ms": self.settled,
        }
        return "\n".join(f"{name:36} {value}" for name, value in rows.items())
