"""Who is there: signs of life, who takes calls, what visitors and consoles are told of it."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict
from widget_server.operators import store
from widget_server.operators.model import Online, PresenceChanged
from widget_server.operators.store import ENABLED, operators
from widget_server.settings import Settings
from widget_server.sites.model import Department
from widget_server.sites.store import find_sites, get_site, sites
from widget_server.storage import Storage, Tx

AWAY_AFTER = timedelta(minutes=5)


class Presence:
    """The part of ``OperatorService`` that knows who is there."""

    def __init__(self, storage: Storage, clock: Clock, settings: Settings) -> None:
        self._storage, self._clock, self._settings = storage, clock, settings

    def set_takes_calls(self, operator: OperatorIdentity, on: bool) -> None:
        with self._storage.begin() as tx:
            store.update_operator(tx, operator.id, takes_calls=on)
            tx.record(PresenceChanged(store.sites_seen(tx, operator.id)))

    def set_takes_chats(self, operator: OperatorIdentity, on: bool) -> None:
        with self._storage.begin() as tx:
            store.update_operator(tx, operator.id, takes_chats=on)
            tx.record(PresenceChanged(store.sites_seen(tx, operator.id)))

    def sign_of_life(self, operator_id: str, *, active: bool = True) -> None:
        """Keep somebody online for a while. Once all their pages say that nobody touches them, they are away."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            row = store.find_row(tx, operators.c.id == operator_id, ENABLED)
            if row is None:
                return
            active_at = now if active or row.active_at is None else row.active_at
            away = now - active_at >= AWAY_AFTER
            until = now + timedelta(seconds=self._settings.online_seconds)
            store.update_operator(tx, operator_id, online_until=until, active_at=active_at, away=away, gone_at=None)
            if row.online_until is None or row.online_until <= now or away != row.away:
                tx.record(PresenceChanged(store.sites_seen(tx, operator_id)))

    def sweep_presence(self) -> None:
        """Note those who went silent."""
        silent = operators.c.online_until <= self._clock.now()
        with self._storage.read() as tx:
            gone = store.find_people(tx, self._clock.now(), silent)
        if gone:
            with self._storage.begin() as tx:
                for person in gone:
                    if store.find_row(tx, operators.c.id == person.id, silent) is not None:
                        self._set_offline(tx, person.id)

    def online(self, site_id: str) -> Online:
        there = operators.c.online_until > self._clock.now()
        with self._storage.read() as tx:
            departments = get_site(tx, site_id).departments
            takers = {one.id for one in self._takers(tx, site_id)}
            chat = bool(store.find_identities(tx, store.sees_any([site_id]), there, operators.c.takes_chats, ENABLED))
        manned = tuple(one.id for one in departments if takers & set(one.operators))
        return Online(calls=bool(manned if departments else takers), chat=chat, departments=manned)

    def takers(self, site_id: str, department_id: str | None = None) -> list[OperatorIdentity]:
        """Return who rings when a visitor wants to be called: who is in the console or has a telephone of their own.

        Of one department, if it is one of the site's; of all otherwise.
        """
        with self._storage.read() as tx:
            department = get_site(tx, site_id).find_department(department_id) if department_id is not None else None
            return self.takers_of(tx, site_id, department)

    def takers_of(self, tx: Tx, site_id: str, department: Department | None) -> list[OperatorIdentity]:
        """Do as ``takers`` does, within a transaction of somebody else's."""
        found = self._takers(tx, site_id)
        return [one for one in found if department is None or one.id in department.operators]

    def check_answers_here(self) -> None:
        """Refuse an answer by the console's button alone.

        Raises
        ------
        Conflict
            ``answer_on_phone``: where telephones ring, the telephone answers; that of the console too.
        """
        if self._settings.rings_phones:
            raise Conflict("answer_on_phone")

    def check_can_be_rung(self, operator_id: str) -> None:
        """Refuse to call an operator who has no telephone.

        Raises
        ------
        Conflict
            ``no_phone_yet``: theirs is the console, and this PBX does not ring consoles.
        """
        with self._storage.read() as tx:
            row = store.find_row(tx, operators.c.id == operator_id)
        if not self._settings.rings_consoles and row is not None and row.device == "console":
            raise Conflict("no_phone_yet")

    def zone_of(self, site_ids: Collection[str]) -> ZoneInfo:
        """Return the time zone of the first of these sites, UTC for none."""
        with self._storage.read() as tx:
            found = find_sites(tx, sites.c.id.in_(site_ids))
        return found[0].zone if found else ZoneInfo("UTC")

    def people_of(self, site_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return the people of these sites as the console shows them."""
        with self._storage.read() as tx:
            people = store.find_people(tx, self._clock.now(), store.sees_any(site_ids), ENABLED)
        return [
            {
                "id": one.id,
                "name": one.name,
                "role": one.role,
                "online": one.online,
                "away": one.online and one.away,
                "takes_calls": one.takes_calls,
                "takes_chats": one.takes_chats,
                "sites": sorted(one.site_ids & set(site_ids)),
            }
            for one in people
        ]

    def _takers(self, tx: Tx, site_id: str) -> list[OperatorIdentity]:
        at_hand = operators.c.online_until > self._clock.now()
        if self._settings.rings_phones:
            has_phone = operators.c.device != "console"
            at_hand = at_hand | has_phone if self._settings.rings_consoles else has_phone
        return store.find_identities(tx, store.sees_any([site_id]), operators.c.takes_calls, at_hand, ENABLED)

    def _set_offline(self, tx: Tx, operator_id: str) -> None:
        store.update_operator(tx, operator_id, online_until=None, gone_at=self._clock.now())
        tx.record(PresenceChanged(store.sites_seen(tx, operator_id)))
