"""One call on a page of its own: where it came from, every leg of it, its recordings and tags."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from widget_server.calls import facts, recordings, store
from widget_server.calls.log import clock_face, line
from widget_server.calls.model import Call, Leg
from widget_server.calls.recorder import may_hear
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, NotFound
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.sites.phone import phone_text
from widget_server.storage import Storage, Tx

LONGEST_TAG = 30
MOST_TAGS = 20
MOST_EARLIER = 5
MOST_ACCESS = 20
PLAIN = ("waiting", "ringing", "answered", "ended", "answered_elsewhere")  # what only a leg can be, not a call


class CallDetails:
    """What the page of one call shows and lets people note."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def show(self, operator: OperatorIdentity, call_id: str, sites: Mapping[str, Site]) -> dict[str, Any]:
        """Return all about a call of one of the operator's sites.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        call = self._access(operator, call_id)
        site, now = sites[call.site_id], self._clock.now()
        with self._storage.read() as tx:
            names = store.operator_names(tx, _operators(call, legs := store.list_legs(tx, call.id)))
            notes = notes_of(tx, [call.id])[call.id]
            earlier = self._earlier(tx, call, operator)
            heard = recordings.list_of_calls(tx, [call.id]) if may_hear(operator, call) else []
            access = recordings.list_access(tx, [one.id for one in heard], MOST_ACCESS) if operator.administers else []
            suggested = facts.used_tags(tx, operator.site_ids, MOST_TAGS)

        def local(at: Any) -> str:
            return short_moment(at, site.zone, now, operator.language)

        def lined(one: Call) -> dict[str, Any]:
            return line(one, sites[one.site_id], names.get(one.operator_id or ""), now, operator.language)

        return {
            **lined(call),
            **notes,
            "dialled": phone_text(call.dialled, site.country) if call.dialled else None,
            "legs": [_leg_line(leg, names, local) for leg in legs],
            "earlier": [lined(one) for one in earlier],
            "recordings": [_recording_line(one, local) for one in heard],
            "access": [{"name": row.name, "act": row.act, "at": local(row.at)} for row in access],
            "suggested": [tag for tag in suggested if tag not in notes["tags"]],
        }

    def add_tag(self, operator: OperatorIdentity, call_id: str, raw: str) -> None:
        """Put a tag on a call; putting it twice is putting it once.

        Raises
        ------
        BadInput
            ``field_empty``, ``field_too_long``, ``too_many_tags``.
        """
        call, tag = self._access(operator, call_id), clean_text(raw)
        if not tag:
            raise BadInput("field_empty", field="tag")
        if len(tag) > LONGEST_TAG:
            raise BadInput("field_too_long", field="tag", most=LONGEST_TAG)
        with self._storage.begin() as tx:
            if len(facts.tags_of(tx, [call.id]).get(call.id, ())) >= MOST_TAGS:
                raise BadInput("too_many_tags", field="tag", most=MOST_TAGS)
            facts.add_tag(tx, call.id, tag, operator.id, self._clock.now())

    def remove_tag(self, operator: OperatorIdentity, call_id: str, tag: str) -> None:
        call = self._access(operator, call_id)
        with self._storage.begin() as tx:
            facts.remove_tag(tx, call.id, tag)

    def _access(self, operator: OperatorIdentity, call_id: str) -> Call:
        with self._storage.read() as tx:
            call = store.find_call(tx, call_id)
        if call is None or call.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return call

    def _earlier(self, tx: Tx, call: Call, operator: OperatorIdentity) -> list[Call]:
        """Return what was talked with the same number before, on the operator's sites."""
        if not call.phone:
            return []
        calls = store.calls.c
        same = (calls.phone == call.phone) & (calls.started_at < call.started_at)
        return store.list_calls(tx, [same, calls.site_id.in_(operator.site_ids)], MOST_EARLIER)


def notes_of(tx: Tx, call_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return call id → what the log shows beside each call."""
    known, tags = facts.facts_of(tx, call_ids), facts.tags_of(tx, call_ids)
    recorded = {one.call_id for one in recordings.list_of_calls(tx, call_ids) if one.deleted_at is None}
    return {
        one: {
            "known": known[one].known if one in known else None,
            "context": known[one].context if one in known else {},
            "tags": tags.get(one, []),
            "recorded": one in recorded,
        }
        for one in call_ids
    }


def _operators(call: Call, legs: Collection[Leg]) -> set[str]:
    return {one for one in (call.operator_id, *(leg.operator_id for leg in legs)) if one}


def _leg_line(leg: Leg, names: Mapping[str, str], local: Any) -> dict[str, Any]:
    until = leg.answered_at or leg.ended_at
    talked = leg.ended_at - leg.answered_at if leg.answered_at and leg.ended_at else None
    state = leg.result if leg.state == "ended" and not leg.answered_at else leg.state
    return {
        "party": leg.party,
        "name": names.get(leg.operator_id or ""),
        "at": local(leg.started_at),
        "rang": clock_face(until - leg.started_at if until else None),
        "talked": clock_face(talked),
        "state": state,
        "is_plain": state in PLAIN,
    }


def _recording_line(one: recordings.Recording, local: Any) -> dict[str, Any]:
    state = "deleted" if one.deleted_at else "ready" if one.stored_at else "coming"
    return {"id": one.id, "at": local(one.at), "length": clock_face(timedelta(seconds=one.seconds)), "state": state}
