"""Keys: made by owners and admins, shown once, recognised at every request, revoked."""

import hmac
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import or_

from widget_server.api import store
from widget_server.api.model import (
    ACCESSES,
    LONGEST_NAME,
    MOST_KEYS,
    Access,
    ApiKey,
    ApiKeyMade,
    ApiKeyRevoked,
    hash_of,
    read_key,
    written_key,
)
from widget_server.api.store import LIVE, api_keys
from widget_server.audit.store import note
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound, Unauthorized
from widget_server.kernel.ids import new_id
from widget_server.sites.store import find_sites, sites
from widget_server.storage import Storage, Tx

USED_EVERY = timedelta(minutes=1)


class ApiKeyService:
    """The use cases of keys."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def create_key(
        self, by: OperatorIdentity, name: str, access: Access, site_ids: frozenset[str] = frozenset()
    ) -> tuple[ApiKey, str]:
        """Make a key and return it with what the program sends, this once.

        Raises
        ------
        BadInput
            ``field_empty``, ``field_too_long``, ``bad_choice``.
        Conflict
            ``too_many_keys``.
        """
        if not name or len(name) > LONGEST_NAME:
            raise BadInput("field_too_long" if name else "field_empty", field="name", most=LONGEST_NAME)
        if access not in ACCESSES:
            raise BadInput("bad_choice", field="access")
        if not site_ids <= by.site_ids:
            raise BadInput("bad_choice", field="sites")
        secret, now = new_id(), self._clock.now()
        key = ApiKey(new_id(), by.account_id, name, access, site_ids, now, by.id)
        with self._storage.begin() as tx:
            if store.count_keys(tx, by.account_id) >= MOST_KEYS:
                raise Conflict("too_many_keys", most=MOST_KEYS)
            store.insert_key(tx, key, hash_of(secret))
            note(tx, "key_created", by, now, subject=key.id, name=name)
            tx.record(ApiKeyMade(key))
        return key, written_key(key.id, secret)

    def list_keys(self, by: OperatorIdentity) -> list[ApiKey]:
        """Return the account's keys, those that were revoked last."""
        with self._storage.read() as tx:
            return [key for key, _ in store.find_keys(tx, api_keys.c.account_id == by.account_id)]

    def revoke_key(self, by: OperatorIdentity, key_id: str) -> ApiKey:
        """End a key for ever; safe to repeat.

        Raises
        ------
        NotFound
        """
        with self._storage.begin() as tx:
            own = api_keys.c.account_id == by.account_id, api_keys.c.id == key_id
            key = next((key for key, _ in store.find_keys(tx, *own)), None)
            if key is None:
                raise NotFound("not_found")
            ended = {"revoked_at": self._clock.now(), "revoked_by": by.id}
            if store.update_key(tx, key_id, LIVE, **ended):
                note(tx, "key_revoked", by, self._clock.now(), subject=key.id, name=key.name)
                tx.record(ApiKeyRevoked(replace(key, **ended)))  # type: ignore[arg-type]  # these are its fields
        return key

    def recognise(self, sent: str) -> tuple[ApiKey, OperatorIdentity]:
        """Return the key, and whom it speaks for: an admin of its sites who has its name.

        Raises
        ------
        Unauthorized
            ``bad_api_key``: none, unknown, or revoked.
        """
        key_id, secret = read_key(sent) or ("", "")
        with self._storage.read() as tx:
            key, known = next(iter(store.find_keys(tx, api_keys.c.id == key_id, LIVE)), (None, ""))
            if key is None or not hmac.compare_digest(known, hash_of(secret)):
                raise Unauthorized("bad_api_key")
            seen = _sites_of(tx, key)
        self._note_used(key)
        speaks = OperatorIdentity(key.id, key.account_id, key.name, "", "admin", "en", False, 0, seen, is_program=True)
        return key, speaks

    def _note_used(self, key: ApiKey) -> None:
        """Write down that it is in use, once a minute."""
        now = self._clock.now()
        before = now - USED_EVERY
        if key.used_at is not None and key.used_at > before:
            return
        with self._storage.begin() as tx:
            store.update_key(tx, key.id, or_(api_keys.c.used_at.is_(None), api_keys.c.used_at <= before), used_at=now)


def _sites_of(tx: Tx, key: ApiKey) -> frozenset[str]:
    known = frozenset(site.id for site in find_sites(tx, sites.c.account_id == key.account_id))
    return known & key.site_ids if key.site_ids else known
