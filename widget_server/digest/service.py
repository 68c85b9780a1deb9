"""Who gets the week by e-mail, and sending it: Monday morning on their sites' clocks, once."""

from datetime import date, timedelta

from widget_server.digest import store
from widget_server.digest.composing import compose
from widget_server.digest.model import BY_DEFAULT, MOST_SITES, ROLES, week_due
from widget_server.digest.reading import DigestReader
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, Forbidden, NotFound
from widget_server.kernel.ids import new_id
from widget_server.notify.keys import Keys
from widget_server.notify.port import Undelivered
from widget_server.notify.providers.email.mailer import Mailer
from widget_server.operators.store import ENABLED, find_identities, operators
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.store import find_sites, sites
from widget_server.storage import Storage, Tx


class DigestService:
    def __init__(
        self, storage: Storage, clock: Clock, jobs: JobStore, settings: Settings, reader: DigestReader
    ) -> None:
        self._storage, self._clock, self._jobs, self._settings = storage, clock, jobs, settings
        self._reader, self._keys, self._mailer = reader, Keys(settings), Mailer(settings)

    @property
    def missing(self) -> str | None:
        """Return the setting without which nobody gets a letter."""
        return self._mailer.missing

    def handlers(self) -> dict[str, Handler]:
        return {
            "digest.plan": Handler(self._plan, repeatable=True, slow=True),
            "digest.send": Handler(self._send, repeatable=True, slow=True),
            "digest.show": Handler(self._show, repeatable=True, slow=True),
        }

    def wants(self, by: OperatorIdentity) -> bool:
        with self._storage.read() as tx:
            wish = store.find_wish(tx, by.id)
        return by.role in BY_DEFAULT if wish is None else wish

    def set_wish(self, by: OperatorIdentity, wanted: bool) -> None:
        _check(by)
        with self._storage.begin() as tx:
            store.put_wish(tx, by.id, wanted, self._clock.now())

    def show_now(self, by: OperatorIdentity) -> None:
        """Send the person the week that is over, for a look; the one on Monday comes all the same.

        Raises
        ------
        Conflict
            ``mail_missing``.
        """
        _check(by)
        if self.missing:
            raise Conflict("mail_missing")
        with self._storage.begin() as tx:
            self._jobs.add_now(tx, "digest.show", {"operator_id": by.id, "id": new_id()})

    def stop_link(self, operator_id: str) -> str:
        return f"{self._settings.url}/digest/stop/{operator_id}/{self._keys.stop_token(f'digest:{operator_id}')}"

    def access_by_link(self, operator_id: str, token: str) -> OperatorIdentity:
        """Return whose link it is.

        Raises
        ------
        NotFound
            Unless the link is one that we wrote.
        """
        if not self._keys.is_stop_token(f"digest:{operator_id}", token):
            raise NotFound("not_found")
        with self._storage.read() as tx:
            found = find_identities(tx, operators.c.id == operator_id)
        if not found:
            raise NotFound("not_found")
        return found[0]

    def stop(self, operator_id: str) -> None:
        with self._storage.begin() as tx:
            store.put_wish(tx, operator_id, False, self._clock.now())

    def schedule(self) -> None:
        """Look who is due, once an hour however often and by how many processes this is called."""
        if self.missing:
            return
        with self._storage.begin() as tx:
            self._jobs.add_now(tx, "digest.plan", {}, f"digest.plan:{self._clock.now():%Y-%m-%dT%H}")

    def _plan(self, _payload: Payload) -> None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            wishes = store.wishes_of(tx)
            for person in find_identities(tx, operators.c.role.in_(ROLES), ENABLED):
                if not wishes.get(person.id, person.role in BY_DEFAULT):
                    continue
                own = self._sites_of(tx, person)
                week = week_due(now, [site.zone for site in own]) if own else None
                if week is not None and store.begin_digest(tx, person.id, week, now):
                    self._jobs.add_now(tx, "digest.send", {"operator_id": person.id, "week": week.isoformat()})

    def _send(self, payload: Payload) -> None:
        """Send a digest unless it was sent; whoever does not want it any more gets none."""
        operator_id, week = payload["operator_id"], date.fromisoformat(payload["week"])
        with self._storage.read() as tx:
            known = store.find_digest(tx, operator_id, week)
            found = find_identities(tx, operators.c.id == operator_id, ENABLED)
        if known is None or known.sent_at is not None or not found or not self.wants(found[0]):
            return
        try:
            self._hand_over(found[0], week, f"digest.{week}.{operator_id}")
        except Undelivered as problem:
            with self._storage.begin() as tx:
                store.set_digest(tx, operator_id, week, error=problem.code)
            if problem.permanent:
                return
            raise
        with self._storage.begin() as tx:
            store.set_digest(tx, operator_id, week, sent_at=self._clock.now(), error=None)

    def _show(self, payload: Payload) -> None:
        with self._storage.read() as tx:
            found = find_identities(tx, operators.c.id == payload["operator_id"], ENABLED)
            own = self._sites_of(tx, found[0]) if found else []
        if own:
            here = self._clock.now().astimezone(own[0].zone).date()
            self._hand_over(found[0], here - timedelta(days=here.weekday() + 7), f"digest.{payload['id']}")

    def _hand_over(self, person: OperatorIdentity, week: date, message_id: str) -> None:
        with self._storage.read() as tx:
            own = self._sites_of(tx, person)
        if not own:
            return
        weeks = [self._reader.read(person, site, week) for site in own[:MOST_SITES]]
        settings, at = self._settings, self._clock.now()
        stop = self.stop_link(person.id)
        self._mailer.hand_over(compose(person, weeks, message_id, at, settings.mail_from, settings.url, stop))

    def _sites_of(self, tx: Tx, person: OperatorIdentity) -> list[Site]:
        return sorted(find_sites(tx, sites.c.id.in_(person.site_ids)), key=lambda site: (site.name, site.id))


def _check(by: OperatorIdentity) -> None:
    if by.role not in ROLES:
        raise Forbidden("not_your_role")
