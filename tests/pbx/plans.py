"""What happens to one callback, thought up before: who answers when, and how it must therefore end. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.pbx.legs import BUSY, DECLINES, SILENT, WRONG, Behaviour

OPERATOR_RINGS, VISITOR_RINGS = 10, 5  # seconds, the product's settings in these runs
FIRST_ANSWER, LAST_ANSWER = 0.5, 8.0
TALKS = Behaviour(0.5, hang_up_after=1.5)


@dataclass(frozen=True)
class Plan:
    """One callback: how each operator takes it, what the visitor does, and the state and reason it must come to."""

    operators: tuple[Behaviour, ...]
    visitor: Behaviour
    state: str
    reason: str | None

    def winners(self, tie: float = 0.25) -> frozenset[int]:
        """Return whose answer may be first; answers closer than ``tie`` seconds are anybody's."""
        answers = {n: it.answer_after for n, it in enumerate(self.operators) if it.refuse is None}
        times = {n: after for n, after in answers.items() if after is not None}
        first = min(times.values(), default=0.0)
        return frozenset(n for n, after in times.items() if after - first <= tie)


def think_up(chance: random.Random, operators: int = 3, last_answer: float = LAST_ANSWER) -> Plan:
    """Return a plan: operators answer late, refuse or never answer, visitors mostly answer."""
    people = [_operator(chance, last_answer) for _ in range(operators)]
    if all(person.answer_after is None or person.refuse for person in people):
        refused = all(person.refuse for person in people)
        return Plan(tuple(people), TALKS, "missed", "declined" if refused else "missed")
    return _with_visitor(chance, people)


def _operator(chance: random.Random, last_answer: float) -> Behaviour:
    fate = chance.random()
    if fate < 0.3:
        return SILENT
    if fate < 0.4:
        return chance.choice((BUSY, DECLINES))
    return Behaviour(chance.uniform(FIRST_ANSWER, last_answer))


def _with_visitor(chance: random.Random, people: Sequence[Behaviour]) -> Plan:
    fate = chance.random()
    if fate < 0.08:
        return Plan(tuple(people), BUSY, "unreachable", "busy")
    if fate < 0.12:
        return Plan(tuple(people), SILENT, "unreachable", "no_answer")
    if fate < 0.16:
        return Plan(tuple(people), WRONG, "unreachable", "failed")
    if fate < 0.20:
        left = [Behaviour(it.answer_after, it.refuse, hang_up_after=1.0) for it in people]
        return Plan(tuple(left), SILENT, "unreachable", "operator_left")
    if fate < 0.30:  # the operator hangs up after the talk
        left = [Behaviour(it.answer_after, it.refuse, hang_up_after=3.0) for it in people]
        return Plan(tuple(left), Behaviour(chance.uniform(0.2, 1.0)), "completed", None)
    return Plan(tuple(people), Behaviour(chance.uniform(0.2, 1.0), hang_up_after=1.5), "completed", None)
