"""Who a visitor is: the first hello registers a browser, every later one must bring the same secret."""

import hashlib
import hmac
from collections.abc import Callable, Collection
from typing import Any

from widget_server.edge.identity import SiteIdentity, VisitorIdentity
from widget_server.kernel.clock import Clock, iso_or_none
from widget_server.kernel.errors import Unauthorized
from widget_server.storage import Storage, Tx
from widget_server.texts import LANGUAGES
from widget_server.visitors import keys, store
from widget_server.visitors.model import Contact, ContactNoted, Context, label, read_context


class VisitorService:
    """Registers and recognises visitors.

    Parameters
    ----------
    is_here : callable
        ``(site_id, visitor_id) -> bool``: whether a page of the visitor is connected now.
    """

    def __init__(self, storage: Storage, clock: Clock, is_here: Callable[[str, str], bool]) -> None:
        self._storage = storage
        self._clock = clock
        self._is_here = is_here

    def hello(self, site: SiteIdentity, visitor_id: str, secret: str, raw_context: object) -> VisitorIdentity:
        """Register the visitor, or recognise them and note where they are now. Safe to repeat.

        Raises
        ------
        Unauthorized
            ``wrong_token``: the id belongs to a browser with another secret.
        """
        context = read_context(raw_context)
        with self._storage.begin() as tx:
            if not store.insert_visitor(
                tx, site.id, visitor_id, hash_secret(secret), context.as_dict(), self._clock.now()
            ):
                self._recognise(tx, site, visitor_id, secret)
                store.update_context(tx, site.id, visitor_id, context.as_dict(), self._clock.now())
        return _identity(site, visitor_id, context.language)

    def find_visitor(self, site: SiteIdentity, visitor_id: str, secret: str) -> VisitorIdentity | None:
        """Return the visitor if they are registered and the secret is theirs."""
        with self._storage.read() as tx:
            row = store.find_visitor(tx, site.id, visitor_id)
            is_theirs = row is not None and self._opens(tx, row, secret)
        return _identity(site, visitor_id, row.context.get("language")) if row is not None and is_theirs else None

    def find_profile(self, site_id: str, visitor_id: str) -> dict[str, Any]:
        """Return the visitor as operators see them (docs/protocol.md, section 7); never the id itself."""
        return self.find_profiles([(site_id, visitor_id)])[site_id, visitor_id]

    def find_profiles(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        """Return (site id, visitor id) → profile, for a whole list at once."""
        with self._storage.read() as tx:
            rows = {(row.site_id, row.visitor_id): row for row in store.list_visitors(tx, pairs)}
        return {pair: self._profile(*pair, rows.get(pair)) for pair in pairs}

    def note_contact(self, site_id: str, visitor_id: str, contact: Contact) -> None:
        """Write down who a registered visitor turned out to be."""
        with self._storage.begin() as tx:
            store.update_contact(tx, site_id, visitor_id, contact)
            tx.record(ContactNoted(site_id, visitor_id, contact, self._clock.now()))

    def _profile(self, site_id: str, visitor_id: str, row: Any | None) -> dict[str, Any]:
        context = row.context if row is not None else Context().as_dict()
        return {
            "label": label(visitor_id),
            "online": self._is_here(site_id, visitor_id),
            "seen_at": iso_or_none(row.seen_at if row is not None else None),
            **{name: getattr(row, name, None) for name in ("name", "phone", "email", "about")},
            "verified": verified_view(row) if row is not None else None,
            **context,
        }

    def _recognise(self, tx: Tx, site: SiteIdentity, visitor_id: str, secret: str) -> None:
        row = store.find_visitor(tx, site.id, visitor_id)
        if row is None or not self._opens(tx, row, secret):
            raise Unauthorized("wrong_token")

    def _opens(self, tx: Tx, row: Any, secret: str) -> bool:
        """Tell whether the secret is the browser's own, while the visitor is anonymous, or a key that still holds."""
        hashed = hash_secret(secret)
        is_own = row.external_id is None and hmac.compare_digest(row.secret_hash, hashed)
        return is_own or keys.holds(tx, row.site_id, row.visitor_id, hashed, self._clock.now())


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def verified_view(row: Any) -> dict[str, Any] | None:
    """Return who the site itself says the visitor is, and which of their details are as it said them."""
    if row.verified is None:
        return None
    fields = [name for name in ("name", "phone", "email") if row.verified.get(name, "") == (getattr(row, name) or "-")]
    return {"id": row.external_id, "fields": fields}


def _identity(site: SiteIdentity, visitor_id: str, language: str | None) -> VisitorIdentity:
    return VisitorIdentity(site.id, visitor_id, language if language in LANGUAGES else site.language)
