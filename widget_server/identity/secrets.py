"""The owner's side: a secret is shown once, replaced with some days for the change, taken away at once if it leaked."""

from widget_server.audit.store import note
from widget_server.edge.identity import OperatorIdentity
from widget_server.identity import store
from widget_server.identity.model import OVERLAP, Secret
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites.model import Site
from widget_server.storage import Storage
from widget_server.visitors.keys import drop_keys


class IdentitySecrets:
    """The use cases of the page of a site's identity verification."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def list_of(self, site: Site) -> list[Secret]:
        with self._storage.read() as tx:
            return store.list_valid(tx, site.id, self._clock.now())

    def renew(self, site: Site, by: OperatorIdentity) -> Secret:
        """Make a secret; the one so far counts for some days more."""
        now = self._clock.now()
        made = Secret(new_id(), site.id, new_id() + new_id(), now)
        with self._storage.begin() as tx:
            store.end_current(tx, site.id, now + OVERLAP)
            store.insert_secret(tx, made)
            note(tx, "identity_secret_made", by, now, subject=made.id, site_id=site.id, name=site.name)
        return made

    def revoke(self, site: Site, secret_id: str, by: OperatorIdentity) -> None:
        """Let a secret count no longer, and nobody in by what was proven until now: pages prove it again.

        Raises
        ------
        NotFound
            If the site has no such secret.
        """
        now = self._clock.now()
        with self._storage.begin() as tx:
            if not store.delete_secret(tx, site.id, secret_id):
                raise NotFound("not_found")
            drop_keys(tx, f"site:{site.id}")
            note(tx, "identity_secret_revoked", by, now, subject=secret_id, site_id=site.id, name=site.name)
