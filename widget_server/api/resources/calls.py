"""Telephone calls, however they began."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args

from widget_server.api.kinds import Choice, Id, Many, Maybe, Moment, Pairs, Text, Whole
from widget_server.api.listing import newest
from widget_server.api.operation import PAGE, SITE, Ask, Operation, Part
from widget_server.api.resources.seen import seen_sites
from widget_server.api.resources.sites import REPLIER
from widget_server.api.shape import Field, Shape
from widget_server.calls import facts, store
from widget_server.calls.model import Call, Direction, Outcome, State
from widget_server.calls.store import calls
from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound
from widget_server.storage import Storage, Tx

CALL = Shape(
    "Call",
    "One telephone call.",
    (
        Field("id", Id()),
        Field("site", Id()),
        Field("direction", Choice(get_args(Direction))),
        Field("state", Choice(get_args(State))),
        Field("outcome", Maybe(Choice(get_args(Outcome))), "How it ended; null while it goes on."),
        Field("phone", Text(example="+4915112345678"), "The visitor's, E.164; empty if they hide it."),
        Field("dialled", Maybe(Text(example="+4930123456")), "The number of the site that they dialled."),
        Field("visitor", Maybe(Id()), "Whose call it is, if that is known."),
        Field("callback", Maybe(Id()), "The callback that it belongs to."),
        Field("operator", REPLIER),
        Field("started_at", Moment()),
        Field("answered_at", Maybe(Moment()), "When an operator answered."),
        Field("connected_at", Maybe(Moment()), "When both sides were joined."),
        Field("ended_at", Maybe(Moment())),
        Field("waited_seconds", Maybe(Whole()), "Until both sides were joined, or it ended."),
        Field("talked_seconds", Maybe(Whole())),
        Field("page", Maybe(Text(example="https://shop.example/windows")), "Where the visitor was as it began."),
        Field("utm", Pairs({"source": "google"})),
        Field("variants", Pairs({"cta-september": "b"}), "Which variants of experiments they saw."),
        Field("tags", Many(Text(example="measured"))),
    ),
)


def list_calls(ask: Ask) -> Part:
    where = [calls.c.site_id.in_(seen_sites(ask))]
    if ask.query["direction"] is not None:
        where.append(calls.c.direction == ask.query["direction"])
    if ask.query["outcome"] is not None:
        where.append(calls.c.outcome == ask.query["outcome"])
    with service(Storage).read() as tx:
        part = newest(tx, calls, "started_at", where, ask.query, lambda row: Call(**row._mapping))
        return Part(_views(tx, part.found), part.next)


def get_call(ask: Ask) -> dict[str, Any]:
    with service(Storage).read() as tx:
        call = store.get_call(tx, ask.path["id"])
        if call.site_id not in ask.by.site_ids:
            raise NotFound("not_found")
        return _views(tx, [call])[0]


def _views(tx: Tx, found: Sequence[Call]) -> list[dict[str, Any]]:
    ids = [call.id for call in found]
    known, tags = facts.facts_of(tx, ids), facts.tags_of(tx, ids)
    names = store.operator_names(tx, {call.operator_id for call in found if call.operator_id})
    return [_view(call, getattr(known.get(call.id), "context", {}), tags.get(call.id, []), names) for call in found]


def _view(call: Call, context: Any, tags: list[str], names: dict[str, str]) -> dict[str, Any]:
    who = call.operator_id
    return {
        **{name: getattr(call, name) for name in call.__dataclass_fields__},
        "site": call.site_id,
        "visitor": call.visitor_id,
        "callback": call.callback_id,
        "operator": {"id": who, "name": names.get(who, "")} if who is not None else None,
        "waited_seconds": _seconds(call.waited()),
        "talked_seconds": _seconds(call.talk()),
        "page": context.get("page"),
        "utm": context.get("utm") or {},
        "variants": context.get("variants") or {},
        "tags": tags,
    }


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else max(0, int(length.total_seconds()))


OPERATIONS = (
    Operation(
        "listCalls",
        "GET",
        "/calls",
        "List calls, the newest first.",
        list_calls,
        CALL,
        is_list=True,
        query=(
            *PAGE,
            SITE,
            Field("direction", Choice(get_args(Direction)), needed=False),
            Field("outcome", Choice(get_args(Outcome)), needed=False),
        ),
        problems={400: ("bad_cursor",), 404: ("not_found",)},
    ),
    Operation("getCall", "GET", "/calls/{id}", "Read one call.", get_call, CALL),
)
