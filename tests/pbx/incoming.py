"""One call to a tracking number as it was meant, as the product tells it and as the telephones saw it. Pure."""

from dataclasses import dataclass

from tests.pbx.legs import Leg
from tests.pbx.results import HEARD
from tests.pbx.visitors import Visitor
from widget_server.calls.model import Call
from widget_server.tracking.model import Inbound


@dataclass(frozen=True)
class Caller:
    """One call as it is meant. ``taps``: the last caller of each number comes from a page, by a tap."""

    site: int
    variant: str
    phone: str
    taps: bool
    patient: bool


@dataclass(frozen=True)
class Result:
    """One call as it went."""

    caller: Caller
    visitor: Visitor
    line: Leg
    rung: tuple[Leg, ...]
    call: Call | None
    inbound: Inbound | None
    variant: str | None

    def problems(self) -> list[str]:
        if self.call is None or self.inbound is None:
            return ["the product does not know of it"]
        found = []
        if self.variant != self.caller.variant:
            found.append(f"put down to {self.variant}, not {self.caller.variant}")
        outcome = "talked" if self.caller.patient else "missed"
        if (self.call.outcome, self.call.site_id) != (outcome, self.inbound.site_id):
            found.append(f"ended {self.call.outcome}, not {outcome}")
        if self.caller.taps and (self.inbound.match, self.inbound.visitor_id) != ("tapped", self.visitor.id):
            found.append(f"not known as its visitor ({self.inbound.match})")
        return found + self._unheard()

    def _unheard(self) -> list[str]:
        if not self.caller.patient:
            return []
        talked = [leg for leg in self.rung if leg.heard.get(self.line.tone, 0) >= HEARD]
        if len(talked) != 1 or self.line.heard.get(talked[0].tone, 0) < HEARD:
            return [f"{len(talked)} operators talked to the caller"]
        return []
