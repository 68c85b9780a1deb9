"""Setting up sites, and finding the one that a request is about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from widget_server.audit.store import note
from widget_server.edge.identity import OperatorIdentity, SiteIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites import store
from widget_server.sites.answering import stored_answering
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.formats import number_kind
from widget_server.sites.model import Number, Site, SiteChanged
from widget_server.sites.rules import KEY_FORM, check_site, check_text_of_number, short_address
from widget_server.storage import Storage, Tx

# Another process may change a site without telling this one: what is remembered here lives no longer than this.
REMEMBERED = timedelta(seconds=10)
SEEN_EVERY = timedelta(minutes=1)
FOREIGN_KEPT = timedelta(days=1)
COLUMNS = ("name", "country", "timezone")
OBJECTS = ("calling", "callback", "departments", "chat", "desk")
DATA = ("languages", "origins", "hours", "holidays", "channels", "texts", "consent", "live")


class SiteService:
    """The use cases of sites; also the edge's ``SiteGate``."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._identities: dict[str, tuple[datetime, SiteIdentity]] = {}
        self._origins: tuple[datetime, frozenset[str]] | None = None
        self._seen: dict[str, datetime] = {}
        self._foreign: dict[str, tuple[datetime, str]] = {}

    def create_site(self, account_id: str, draft: SiteDraft, by: OperatorIdentity | None = None) -> Site:
        """Create a site of the account.

        Raises
        ------
        BadInput
            Where the draft breaks a rule; the field is named.
        Conflict
            ``key_taken``.
        """
        site_id, at = new_id(), self._clock.now()
        values = {name: getattr(draft, name) for name in (*COLUMNS, *DATA, *OBJECTS, "settings")}
        check_site(values, draft.key)
        row = _columns(values, {}) | {"id": site_id, "account_id": account_id, "key": draft.key or new_id()}
        try:
            with self._storage.begin() as tx:
                store.insert_site(tx, row | {"version": 1, "changed_at": at, "created_at": at})
                _refuse_tracking(tx, draft.numbers)
                for position, number in enumerate(draft.numbers):
                    store.insert_number(tx, site_id, _number(number.e164, number.text), position)
                if by is not None:
                    note(tx, "site_created", by, at, subject=site_id, site_id=site_id, name=draft.name)
                tx.record(SiteChanged(site_id, row["key"]))
        except IntegrityError as error:
            raise Conflict("number_taken" if "numbers" in str(error.orig) else "key_taken", field="key") from None
        return self.get_site(site_id)

    def update_site(self, site_id: str, changes: Mapping[str, Any], by: OperatorIdentity | None = None) -> Site:
        """Change fields of ``SiteDraft`` (all but ``key``); ``settings`` may name single ones.

        ``numbers`` are all numbers in their order; those that were there in the same form keep their id.
        """
        with self._storage.begin() as tx:
            key = self.change(tx, site_id, changes, by)
        self.forget(key)
        return self.get_site(site_id)

    def change(self, tx: Tx, site_id: str, changes: Mapping[str, Any], by: OperatorIdentity | None = None) -> str:
        """Change fields in a transaction of somebody else's, who then forgets the key that this returns."""
        site = store.get_site(tx, site_id)
        check_site(changes, site.key)
        store.update_columns(tx, site_id, _columns(changes, store.get_data(tx, site_id)))
        if "numbers" in changes:
            _replace_numbers(tx, site, changes["numbers"])
        if by is not None:
            note(tx, "site_changed", by, self._clock.now(), subject=site_id, site_id=site_id, name=site.name)
        self.touch(tx, site_id)
        return site.key

    def touch(self, tx: Tx, site_id: str) -> None:
        """Make a new version in a transaction of somebody else's: what the site document shows beside it changed."""
        store.bump(tx, site_id, self._clock.now())
        tx.record(SiteChanged(site_id, store.get_site(tx, site_id).key))

    def names_of(self, site_ids: Collection[str]) -> dict[str, str]:
        with self._storage.read() as tx:
            return store.names_of(tx, site_ids)

    def get_site(self, site_id: str) -> Site:
        with self._storage.read() as tx:
            return store.get_site(tx, site_id)

    def access_site(self, operator: OperatorIdentity, site_id: str) -> Site:
        """Return the site if the operator may see it.

        Raises
        ------
        NotFound
            If not, or if there is none.
        """
        if site_id not in operator.site_ids:
            raise NotFound("not_found")
        return self.get_site(site_id)

    def sites_of(self, operator: OperatorIdentity) -> list[Site]:
        with self._storage.read() as tx:
            return store.find_sites(tx, store.sites.c.id.in_(operator.site_ids))

    def all_sites(self) -> list[Site]:
        """Return every site of the installation: for commands, never for a request."""
        with self._storage.read() as tx:
            return store.find_sites(tx)

    def find_by_key(self, key: str) -> Site | None:
        """Return the site with this key; what has not the form of a key is asked of no database."""
        if not KEY_FORM.fullmatch(key):
            return None
        with self._storage.read() as tx:
            return store.find_by_key(tx, key)

    def all_changed_since(self, at: datetime) -> list[str]:
        """Return the keys of the sites that any process changed since then."""
        with self._storage.read() as tx:
            return store.keys_changed_since(tx, at)

    def find_account(self) -> str | None:
        with self._storage.read() as tx:
            return store.find_account(tx)

    def find_site(self, key: str) -> SiteIdentity | None:
        """Return the identity behind a key, remembered for a few seconds (only of sites that exist)."""
        now = self._clock.now()
        known = self._identities.get(key)
        if known is not None and now - known[0] < REMEMBERED:
            return known[1]
        site = self.find_by_key(key)
        if site is None:
            self._identities.pop(key, None)
            return None
        identity = SiteIdentity(site.id, site.key, site.account_id, site.languages[0], frozenset(site.origins))
        self._identities[key] = (now, identity)
        return identity

    def is_known_origin(self, origin: str) -> bool:
        """Tell whether any site may be embedded there."""
        now = self._clock.now()
        if self._origins is None or now - self._origins[0] >= REMEMBERED:
            with self._storage.read() as tx:
                self._origins = (now, store.origins_in_use(tx))
        return "*" in self._origins[1] or origin.lower() in self._origins[1]

    def forget(self, key: str) -> None:
        """Drop what is remembered of a site that changed."""
        self._identities.pop(key, None)
        self._origins = None

    def note_foreign(self, site_id: str, origin: str) -> None:
        """Note that the tag stands on a page that is not the site's. Kept in this process: a hint for the owner."""
        self._foreign[site_id] = (self._clock.now(), origin[:200])

    def find_foreign(self, site_id: str) -> str | None:
        """Return the last page not on the list where the tag stood within a day."""
        at, origin = self._foreign.get(site_id, (None, None))
        return origin if at is not None and self._clock.now() - at < FOREIGN_KEPT else None

    def note_seen(self, site_id: str, url: str) -> None:
        """Note that the tag lives on a page of the site: once a minute, without what stands behind ``?`` or ``#``.

        Previews on pages of ours do not count.
        """
        now = self._clock.now()
        if now - self._seen.get(site_id, now - SEEN_EVERY) < SEEN_EVERY:
            return
        page = short_address(url)
        origin = "/".join(page.split("/", 3)[:3]).lower()
        if not {"*", origin} & set(self.get_site(site_id).origins):
            return
        self._seen[site_id] = now
        with self._storage.begin() as tx:
            store.note_seen(tx, site_id, page, now, now - SEEN_EVERY)


def _replace_numbers(tx: Tx, site: Site, wanted: Sequence[NumberDraft]) -> None:
    known = {(number.e164, number.text): number for number in site.numbers}
    kept = {(draft.e164, draft.text): known.pop((draft.e164, draft.text), None) for draft in wanted}
    if len(kept) < len(wanted):
        raise Conflict("number_taken", field="number")
    _refuse_tracking(tx, wanted)
    for gone in known.values():
        store.delete_number(tx, site.id, gone.id)
    for position, ((e164, text), number) in enumerate(kept.items()):
        if number is None:
            store.insert_number(tx, site.id, _number(e164, text), position)
        else:
            store.place_number(tx, site.id, number.id, position)


def _refuse_tracking(tx: Tx, wanted: Sequence[NumberDraft]) -> None:
    """A number that everybody sees tells nothing about who calls it."""
    if tracking := store.find_tracking(tx, [draft.e164 for draft in wanted]):
        raise Conflict("number_tracks", field="number", number=tracking)


def _number(e164: str, text: str) -> Number:
    check_text_of_number(e164, text)
    return Number(new_id(), e164, text, number_kind(e164, text))


def _columns(values: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that hold ``values``: three of their own, the rest in one JSON object."""
    data = {**kept, **{name: values[name] for name in DATA if name in values}}
    if "calling" in values:
        data["calling"] = values["calling"].as_stored()
    if "chat" in values:
        data["chat"] = values["chat"].as_stored()
    for name in ("invitations", "analytics"):
        if name in values:
            data[name] = values[name].as_stored()
    data |= stored_answering(values)
    data["defaults"] = {**kept.get("defaults", {}), **values.get("settings", {})}
    row: dict[str, Any] = {name: values[name] for name in COLUMNS if name in values}
    return row | {"settings": data, "language": data["languages"][0]}
