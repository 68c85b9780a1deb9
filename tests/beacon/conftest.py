from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import IPHONE, MONDAY_NOON, FakeClock, site_identity
from widget_server.beacon.model import VisitorReported
from widget_server.beacon.service import BeaconService
from widget_server.kernel.bus import Bus
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage

SITE = site_identity("demo")
DAYS = timedelta(days=2)


@dataclass
class Scene:
    clock: FakeClock
    beacon: BeaconService
    reported: list[VisitorReported]
    seen: list[tuple[str, str]]
    visitor: str = field(default_factory=new_id)

    def take(self, *events: Any, ua: str = IPHONE, visitor: str | None = None, **context: Any) -> None:
        body = {"site": "demo", "visitor": visitor or self.visitor, "context": context, "events": list(events)}
        self.beacon.take(SITE, body, ua)

    def count(self) -> dict[str, int]:
        return self.beacon.counts([SITE.id], MONDAY_NOON - DAYS, MONDAY_NOON + DAYS)


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": new_id(), "type": kind, **more}


@pytest.fixture
def scene(storage: Storage, clock: FakeClock, bus: Bus) -> Scene:
    reported: list[VisitorReported] = []
    seen: list[tuple[str, str]] = []
    bus.within(VisitorReported, lambda _tx, made: reported.append(made))
    beacon = BeaconService(storage, clock, lambda site, page: seen.append((site, page)), gather=timedelta(0))
    return Scene(clock, beacon, reported, seen)
