"""One callback as planned, as the product tells it and as the telephones saw it. Pure."""

from collections import Counter
from dataclasses import dataclass

from tests.pbx.legs import Leg
from tests.pbx.plans import Plan

HEARD = 10  # packets of the other's voice, of 50 a second


@dataclass(frozen=True)
class Result:
    """One callback: what was planned, what the product says, what the telephones saw."""

    plan: Plan
    phone: str
    posted_at: float
    state: str
    reason: str | None
    legs: tuple[Leg, ...]
    visitor_legs: tuple[Leg, ...]

    @property
    def answers(self) -> list[Leg]:
        return sorted((leg for leg in self.legs if leg.answered_at), key=lambda leg: leg.answered_at or 0)

    def problems(self) -> list[str]:
        """Return what is not as it must be."""
        found = []
        if (self.state, self.reason) != (self.plan.state, self.plan.reason):
            found.append(f"ended {self.state}/{self.reason}, not {self.plan.state}/{self.plan.reason}")
        if Counter(leg.phone for leg in self.legs) != Counter({leg.phone: 1 for leg in self.legs}):
            found.append("an operator's telephone rang twice")
        if len(self.legs) != len(self.plan.operators):
            found.append(f"{len(self.legs)} of {len(self.plan.operators)} operators were rung")
        dialled = 0 if self.plan.state == "missed" else 1
        if len(self.visitor_legs) != dialled:
            found.append(f"the visitor was dialled {len(self.visitor_legs)} times, not {dialled}")
        if self.answers and int(self.answers[0].phone[-1]) not in self.plan.winners():
            found.append(f"{self.answers[0].phone} won")
        if any("op" in leg.caller or "Operator" in leg.caller_name for leg in self.visitor_legs):
            found.append("the visitor saw an operator's name")
        lasting = [leg for leg in (*self.legs, *self.visitor_legs) if leg.over_at is None]
        return found + [f"{leg.phone} is still busy with it" for leg in lasting] + self._unheard()

    def _unheard(self) -> list[str]:
        if self.state != "completed" or not self.visitor_legs:
            return []
        visitor = self.visitor_legs[0]
        talked = [leg for leg in self.answers if leg.heard.get(visitor.tone, 0) >= HEARD]
        if len(talked) != 1 or visitor.heard.get(talked[0].tone, 0) < HEARD:
            return [f"{len(talked)} operators talked to the visitor"]
        strangers = [leg for leg in self.answers if leg is not talked[0] and leg.heard.get(visitor.tone)]
        return [f"{leg.phone} heard the talk of another" for leg in strangers]

    def after_answer(self) -> list[float]:
        """Return how long each other telephone still rang after the first answer."""
        first = self.answers[0].answered_at if self.answers else None
        if first is None:
            return []
        silent = [leg.silent_at if leg.silent_at is not None else float("inf") for leg in self.legs]
        return [at - first for at in silent if at > first]

    def until_dialled(self) -> float | None:
        if not self.answers or not self.visitor_legs:
            return None
        assert self.answers[0].answered_at is not None
        return self.visitor_legs[0].invited_at - self.answers[0].answered_at

    def rung(self) -> list[float]:
        """Return when the operators' telephones were rung after the request, first to last."""
        return sorted(leg.invited_at - self.posted_at for leg in self.legs)
