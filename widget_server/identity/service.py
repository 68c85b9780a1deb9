"""A site's page says who its visitor is and proves it: the same person is the same visitor in every browser.

The first browser in which a customer is named becomes theirs: what was said there stays, and its own secret opens
nothing any more. Every browser gets a key that holds for some hours and lies in no storage, so the next person
at that computer finds nothing (docs/decisions/0014-identity.md).
"""

from typing import Any

from widget_server.chat.joining import Joining
from widget_server.chat.store import access, find_of_visitor, get_conversation
from widget_server.edge.identity import OperatorIdentity, SiteIdentity
from widget_server.identity import belongings, links, store
from widget_server.identity.details import read_details
from widget_server.identity.model import DETAILS, KEY_HOLDS, Claim, Covered, Refusal, VisitorIdentified, read_claim
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Unauthorized
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage, Tx
from widget_server.visitors import keys
from widget_server.visitors import store as visitors
from widget_server.visitors.contacts import Contact, put_contact
from widget_server.visitors.model import read_context
from widget_server.visitors.service import hash_secret

Answer = dict[str, Any]


class IdentityService:
    """The use case of a page that names its visitor."""

    def __init__(self, storage: Storage, clock: Clock, joining: Joining) -> None:
        self._storage, self._clock, self._joining = storage, clock, joining

    def identify(self, site: SiteIdentity, browser: tuple[str, str], raw: object, raw_context: object) -> Answer:
        """Return a key to the visitor that the customer is, or why not. ``browser``: its visitor id and secret.

        Raises
        ------
        Unauthorized
            ``wrong_token``: the browser names a visitor that is not its own, or somebody else's by now.
        """
        now = self._clock.now()
        claim = read_claim(raw)
        if claim is None:
            return refused("malformed")
        with self._storage.begin() as tx:
            secrets = store.list_valid(tx, site.id, now, lock=True)
            covered = claim.covered_by([one.secret for one in secrets])
            if covered is None:
                return refused("wrong_hash" if secrets else "off")
            if claim.is_over(now):
                return refused("expired")
            context = read_context(raw_context).as_dict()
            visitor_id, is_news = self._person(tx, site, browser, claim, context)
            if self._note(tx, site.id, visitor_id, claim, covered) or is_news:
                tx.record(self._made(tx, site.id, visitor_id, browser[0]))
            return {**give_key(tx, site.id, visitor_id, f"site:{site.id}", self._clock), "covers": covered}

    def follow(self, site: SiteIdentity, token: object) -> Answer:
        """Return a key to the talk that a link of a letter opens."""
        with self._storage.begin() as tx:
            found = links.follow(tx, site.id, str(token), self._clock.now())
            if found is None:
                return refused("expired")
            link_id, conversation_id = found
            visitor_id = get_conversation(tx, conversation_id).visitor_id
            return give_key(tx, site.id, visitor_id, f"link:{link_id}", self._clock)

    def find_linked(self, token: str) -> str | None:
        """Return the site whose talk a link opens, None if it opens none any more."""
        with self._storage.read() as tx:
            return links.find_site_of(tx, token, self._clock.now())

    def revoke_links(self, operator: OperatorIdentity, conversation_id: str) -> None:
        """Let no link that was sent open this conversation any more."""
        with self._storage.begin() as tx:
            links.revoke_links(tx, access(tx, operator, conversation_id).id)

    def _person(
        self, tx: Tx, site: SiteIdentity, browser: tuple[str, str], claim: Claim, context: dict[str, Any]
    ) -> tuple[str, bool]:
        """Return the customer's visitor, and whether that is news: a browser became theirs, or what was in it did."""
        (browser_id, secret), now = browser, self._clock.now()
        visitors.insert_visitor(tx, site.id, browser_id, hash_secret(secret), context, now)
        row = visitors.get_visitor(tx, site.id, browser_id)
        if row.external_id != claim.id and (row.external_id is not None or row.secret_hash != hash_secret(secret)):
            raise Unauthorized("wrong_token")
        person = visitors.find_person(tx, site.id, claim.id)
        if person is None:
            links.revoke_of_visitor(tx, site.id, browser_id)  # whoever used this browser before may have asked for them
            visitors.update_person(tx, site.id, browser_id, claim.id, {})
            return browser_id, True
        visitors.update_context(tx, site.id, person.visitor_id, context, now)
        if person.visitor_id == browser_id:
            return browser_id, False
        links.revoke_of_visitor(tx, site.id, browser_id)
        belongings.move(tx, site.id, browser_id, person.visitor_id)
        return person.visitor_id, self._joining.join(tx, site.id, browser_id, person.visitor_id)

    def _note(self, tx: Tx, site_id: str, visitor_id: str, claim: Claim, covered: Covered) -> bool:
        """Write details down: verified ones when the site changes them, others only where nothing is known."""
        row, details = visitors.get_visitor(tx, site_id, visitor_id), read_details(tx, site_id, claim)
        before, verified = row.verified or {}, {"id": claim.id, **(details if covered == "all" else {})}
        fresh = {
            name: value
            for name, value in details.items()
            if not getattr(row, name) or (covered == "all" and before.get(name) != value)
        }
        put_contact(tx, site_id, visitor_id, Contact(**fresh))
        if before != verified:
            visitors.update_person(tx, site_id, visitor_id, claim.id, verified)
        return bool(fresh) or before != verified

    def _made(self, tx: Tx, site_id: str, visitor_id: str, browser_id: str) -> VisitorIdentified:
        row = visitors.get_visitor(tx, site_id, visitor_id)
        contact = {name: getattr(row, name) for name in DETAILS}
        fields = tuple(name for name in DETAILS if name in row.verified)
        return VisitorIdentified(
            site_id, visitor_id, browser_id, row.external_id, verified=fields, at=self._clock.now(), **contact
        )


def give_key(tx: Tx, site_id: str, visitor_id: str, source: str, clock: Clock) -> Answer:
    """Let a browser in as ``visitor_id`` for some hours; say where their conversation stands."""
    secret, now = new_id(), clock.now()
    keys.put_key(tx, site_id, visitor_id, hash_secret(secret), source, at=now, until=now + KEY_HOLDS)
    found = find_of_visitor(tx, site_id, visitor_id)
    known = {"visitor": visitor_id, "secret": secret, "seconds": int(KEY_HOLDS.total_seconds())}
    return {"state": "verified", **known, "conversation": found.marks() if found else None}


def refused(reason: Refusal) -> Answer:
    """Say no with an answer that is no error: a browser would write those into the console of the site's page."""
    return {"state": "refused", "reason": reason}
