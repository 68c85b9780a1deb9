"""One thing that a program may ask: declared once; the door, the document and the tests read the same words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from widget_server.api.kinds import JSON, Id, Text, Whole
from widget_server.api.model import ApiKey
from widget_server.api.shape import Field, Shape
from widget_server.edge.identity import OperatorIdentity

Method = Literal["GET", "POST", "DELETE"]
MOST = 100
PAGE = (
    Field("limit", Whole(1, MOST, 50), f"How many at most, 1 to {MOST}.", needed=False, default=50),
    Field("cursor", Text(500, example=""), "`next` of the answer before.", needed=False),
)
SITE = Field("site", Id(), "Only of this site (its id).", needed=False)


@dataclass(frozen=True)
class Ask:
    """A request that was read: whose key, and what it says. ``once``: an id of 26 letters, the same whenever the same
    idempotency key comes again."""

    key: ApiKey
    by: OperatorIdentity
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    once: str
    address: str


@dataclass(frozen=True)
class Part:
    """One page of a list; ``next`` leads to the one behind it."""

    found: Sequence[Any]
    next: str | None = None


@dataclass(frozen=True)
class Operation:
    """``run`` answers it. ``problems``: codes by HTTP status, beside those that all requests share."""

    id: str
    method: Method
    path: str
    about: str
    run: Callable[[Ask], Any]
    answer: Shape | None = None
    is_list: bool = False
    status: int = 200
    query: tuple[Field, ...] = ()
    body: Shape | None = None
    problems: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def is_bare_post(self) -> bool:
        return self.method == "POST" and self.body is None

    @property
    def ids(self) -> list[str]:
        """The names within the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def answered(self, made: Any) -> JSON | None:
        """Return the answer's JSON."""
        if self.answer is None:
            return None
        if self.is_list:
            return {"data": [self.answer.write(one) for one in made.found], "next": made.next}
        return self.answer.write(made)

    def codes(self) -> dict[int, tuple[str, ...]]:
        """Return every problem that it may answer with, by status."""
        found: dict[int, list[str]] = {401: ["bad_api_key"], 429: ["too_many"]}
        if self.query or self.body:
            found[400] = ["bad_field"]
        if self.body:
            found[400] += ["bad_json", "field_empty", "field_too_long"]
        if self.method == "POST":
            found.setdefault(400, []).append("bad_idempotency_key")
        if self.writes:
            found[403] = ["read_only_key"]
        if self.method == "POST":
            found[409] = ["key_reused", "still_working"]
        if self.ids:
            found[404] = ["not_found"]
        for status, codes in self.problems.items():
            found.setdefault(status, []).extend(codes)
        return {status: tuple(codes) for status, codes in sorted(found.items())}
