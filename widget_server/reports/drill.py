"""From a figure to the very calls behind it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from widget_server.calls.facts import facts_of
from widget_server.calls.log import RESULTS
from widget_server.calls.model import Call
from widget_server.calls.store import calls, list_calls
from widget_server.funnel.model import source_word
from widget_server.reports.counting import path_of
from widget_server.reports.model import Period, day_span, length_name
from widget_server.sites.model import Site
from widget_server.storage import Storage, Tx
from widget_server.tracking.store import inbound_calls

MOST = 20_000
WISHES = ("hour", "weekday", "device", "source", "number", "operator", "page", "known", "result", "length", "direction")


@dataclass(frozen=True)
class Found:
    """A call and what was known of its caller."""

    call: Call
    context: Mapping[str, Any]
    known: bool


class CallFinder:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def find(self, site: Site, period: Period, wishes: Mapping[str, str], most: int) -> tuple[list[Found], int]:
        """Return the latest calls of the period that fit every wish, and how many fit in all."""
        since, until = day_span(period.first, site.zone)[0], day_span(period.last, site.zone)[1]
        where = [calls.c.site_id == site.id, calls.c.started_at >= since, calls.c.started_at < until]
        if wishes.get("result") in RESULTS:
            where.append(calls.c.outcome.in_(RESULTS[wishes["result"]]))
        with self._storage.read() as tx:
            found = list_calls(tx, where, MOST)
            facts = facts_of(tx, [call.id for call in found])
            dialled = _dialled(tx, [call.id for call in found]) if "number" in wishes else {}
        fitting = [
            Found(call, facts[call.id].context if call.id in facts else {}, call.id in facts and facts[call.id].known)
            for call in found
            if _fits(call, facts.get(call.id), dialled.get(call.id), site, wishes)
        ]
        return fitting[:most], len(fitting)


def _dialled(tx: Tx, call_ids: Collection[str]) -> dict[str, str]:
    rows = tx.execute(
        select(inbound_calls.c.call_id, inbound_calls.c.number_id).where(inbound_calls.c.call_id.in_(call_ids))
    )
    return {row.call_id: row.number_id for row in rows}


def _fits(call: Call, facts: Any, number_id: str | None, site: Site, wishes: Mapping[str, str]) -> bool:
    context: Mapping[str, Any] = facts.context if facts is not None else {}
    local: datetime = call.started_at.astimezone(site.zone)
    talk = call.talk() if call.outcome == "talked" else None
    is_now = {
        "hour": str(local.hour),
        "weekday": str(local.weekday()),
        "device": str(context.get("device") or ""),
        "source": source_word(context),
        "page": path_of(context.get("page")) or "",
        "number": number_id or "",
        "operator": call.operator_id or "",
        "known": "" if facts is None else "known" if facts.known else "new",
        "length": "" if talk is None else length_name(talk),
        "direction": call.direction,
    }
    return all(is_now[name] == wanted for name, wanted in wishes.items() if name in is_now)
