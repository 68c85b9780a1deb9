"""Who is on the site, and writing to them first. A beat of a page writes nothing into the database, but the first."""

import hashlib
from datetime import datetime
from typing import Any

from widget_server.chat.model import Entry as Said
from widget_server.chat.service import ChatService
from widget_server.edge.identity import OperatorIdentity, SiteIdentity, VisitorIdentity
from widget_server.identity.model import VisitorIdentified
from widget_server.kernel.clock import Clock, iso
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.live.board import Board, Entry
from widget_server.sites.model import Site
from widget_server.visitors.model import read_context
from widget_server.visitors.service import VisitorService

EVERY_SECONDS = 20
MOST = 200
LONGEST_WORD = 200


class LiveVisitors:
    """The use cases of the live list."""

    def __init__(self, board: Board, clock: Clock, visitors: VisitorService, chat: ChatService) -> None:
        self._board, self._clock, self._visitors, self._chat = board, clock, visitors, chat

    def beat(self, site: SiteIdentity, visitor_id: str, secret: str, raw_context: object) -> dict[str, Any]:
        """Note that a page of the visitor is looked at; return what an operator wrote to them meanwhile.

        Raises
        ------
        Unauthorized
            ``wrong_token``: the id belongs to a browser with another secret.
        """
        now, context, proof = self._clock.now(), read_context(raw_context), _proof(secret)
        entry = self._board.find(site.id, visitor_id)
        if entry is None or entry["proof"] != proof:
            self._visitors.hello(site, visitor_id, secret, raw_context)
            entry = {"ref": new_id(), "proof": proof, "since": iso(now), "page": None, "pages": 0, "written": False}
        if entry["page"] != context.page:
            entry |= {"page": context.page, "page_since": iso(now), "pages": entry["pages"] + 1}
        for name in ("title", "referrer", "utm", "device"):
            entry[name] = getattr(context, name)
        self._board.put(site.id, visitor_id, entry, now)
        return {"word": self._board.hear(site.id, visitor_id), "every_seconds": EVERY_SECONDS}

    def on_visitor_identified(self, event: VisitorIdentified) -> None:
        """Let the next beat prove itself again: a secret that was good enough may be no longer."""
        for visitor_id in {event.visitor_id, event.browser_id}:
            entry = self._board.find(event.site_id, visitor_id)
            if entry is not None:
                self._board.put(event.site_id, visitor_id, {**entry, "proof": ""}, event.at)

    def list_here(self, operator: OperatorIdentity, sites: list[Site]) -> list[dict[str, Any]]:
        """Return who is on these sites, the latest to come first."""
        now = self._clock.now()
        own = [site for site in sites if site.id in operator.site_ids]
        here = [
            (site, visitor_id, entry)
            for site in own
            for visitor_id, entry in self._board.list_here(site.id, now).items()
        ]
        here.sort(key=lambda one: str(one[2]["since"]), reverse=True)
        here = here[:MOST]
        people = self._visitors.find_profiles([(site.id, visitor_id) for site, visitor_id, _ in here])
        return [self._view(site, entry, visitor_id, people[site.id, visitor_id]) for site, visitor_id, entry in here]

    def write_first(self, operator: OperatorIdentity, ref: str, said: Said) -> dict[str, Any]:
        """Write to somebody who is on the site: once per visit, as a word beside the launcher and in the chat.

        Raises
        ------
        NotFound
            ``visitor_left``: nobody of that name is on the operator's sites now.
        Conflict
            ``written_already``: once per visit is enough.
        """
        now = self._clock.now()
        site_id, visitor_id, entry = self._find(operator, ref, now)
        if entry["written"]:
            raise Conflict("written_already")
        message = self._chat.write_first(operator, VisitorIdentity(site_id, visitor_id, operator.language), said)
        self._board.put(site_id, visitor_id, {**entry, "written": True}, now)
        self._board.say(site_id, visitor_id, {"name": operator.name, "text": message.body[:LONGEST_WORD]})
        return {"conversation": message.conversation_id}

    def _find(self, operator: OperatorIdentity, ref: str, now: datetime) -> tuple[str, str, Entry]:
        for site_id in operator.site_ids:
            for visitor_id, entry in self._board.list_here(site_id, now).items():
                if entry["ref"] == ref:
                    return site_id, visitor_id, entry
        raise NotFound("visitor_left")

    def _view(self, site: Site, entry: Entry, visitor_id: str, profile: dict[str, Any]) -> dict[str, Any]:
        shown = ("ref", "since", "page", "page_since", "pages", "title", "referrer", "utm", "device", "written")
        return {
            **{name: entry[name] for name in shown},
            "site": {"id": site.id, "name": site.name},
            "visitor": {"label": profile["label"], "name": profile["name"]},
            "conversation": self._chat.find_id(site.id, visitor_id),
        }


def _proof(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
