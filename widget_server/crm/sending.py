"""Telling the CRM: an attempt is committed before it is made, and its outcome after."""

import logging
from datetime import datetime

from widget_server.crm import store
from widget_server.crm.bitrix import Bitrix
from widget_server.crm.model import LONGEST_ATTEMPT, Connection, Link, Person, Told, stages_by_default
from widget_server.crm.people import read_person
from widget_server.crm.telling import Telling
from widget_server.funnel.setup_store import list_stages
from widget_server.funnel.store import get_root
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock, iso
from widget_server.notify.port import Undelivered
from widget_server.notify.sealing import Sealer, Unsealable
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx
from widget_server.texts import text

log = logging.getLogger(__name__)


class StillTelling(Exception):
    """Another worker may be at it: the runner asks again in a moment."""


class Sending:
    """The handlers of ``crm.…``. Run twice they do no harm: the CRM is asked what it has before anything is made."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, bitrix: Bitrix, sealer: Sealer) -> None:
        self._storage, self._clock, self._jobs = storage, clock, jobs
        self._bitrix, self._sealer, self._telling = bitrix, sealer, Telling(bitrix)

    def handlers(self) -> dict[str, Handler]:
        return {
            "crm.tell": Handler(self._tell, repeatable=True, slow=True),
            "crm.check": Handler(self._check, repeatable=True, slow=True),
            "crm.test": Handler(self._test, repeatable=True, slow=True),
        }

    def _tell(self, payload: Payload) -> None:
        with self._storage.begin() as tx:
            begun = self._begin(tx, payload["lead_id"])
        if begun is None:
            return
        it, link, person = begun
        known = None if link.remote_id is None else Told(link.remote_id, link.matched, link.told)
        try:
            told = self._hand_over(it, person, known)
        except Undelivered as problem:
            with self._storage.begin() as tx:
                self._note_failure(tx, link, problem)
        else:
            with self._storage.begin() as tx:
                self._note_success(tx, link, told)

    def _begin(self, tx: Tx, lead_id: str) -> tuple[Connection, Link, Person] | None:
        """Note the attempt; None if there is nothing to tell now (any more)."""
        now, link = self._clock.now(), store.find_link(tx, lead_id)
        if link is None or link.wanted == link.sent or link.due_at > now or link.state == "failed":
            return None
        if link.state == "sending" and link.tried_at is not None and now - link.tried_at < LONGEST_ATTEMPT:
            raise StillTelling
        it = store.find_connection(tx, link.site_id)
        if it is None or not it.is_open:
            return None  # it stays queued until the connection is open again
        if it.paused_until is not None and it.paused_until > now:
            self._put_off(tx, link, it.paused_until)
            return None
        person = read_person(tx, lead_id, get_site(tx, link.site_id))
        if person is None or (person.same_as and _speaks_for_nobody(tx, link)):
            store.update_link(tx, lead_id, state="sent", sent=link.wanted)
            return None
        return (it, link, person) if store.begin_attempt(tx, link, now) else None

    def _hand_over(self, it: Connection, person: Person, known: Told | None) -> Told:
        try:
            return self._telling.tell(self._address(it), it, person, known)
        except Undelivered:
            raise
        except Exception as error:  # a mistake of ours must not leave a lead without an outcome
            log.exception("a lead could not be told of")
            raise Undelivered("broken") from error

    def _address(self, it: Connection) -> str:
        try:
            return self._sealer.unseal(it.sealed, "crm", it.site_id)
        except Unsealable:
            raise Undelivered("key", gone=True) from None

    def _note_success(self, tx: Tx, link: Link, told: Told) -> None:
        store.update_link(
            tx,
            link.lead_id,
            **{"remote_id": told.remote_id, "matched": told.matched, "told": dict(told.told), "sent": link.wanted},
            **{"error": None, "excerpt": None, "attempts": 0, "changed_at": self._clock.now()},
        )
        if link.remote_id is None:  # whoever was merged into it can be told now which lead that is
            for other in store.links_of_family(tx, link.lead_id):
                if other.lead_id != link.lead_id and other.remote_id is not None:
                    store.want(tx, other.lead_id, other.site_id, self._clock.now())
                    self._jobs.add_now(tx, "crm.tell", {"lead_id": other.lead_id})
        again = store.find_link(tx, link.lead_id)
        if again is not None and again.wanted > again.sent:  # it changed meanwhile
            self._put_off(tx, again, max(again.due_at, self._clock.now()))
        else:
            store.update_link(tx, link.lead_id, state="sent")

    def _note_failure(self, tx: Tx, link: Link, problem: Undelivered) -> None:
        now = self._clock.now()
        begun = store.find_link(tx, link.lead_id)
        if begun is None:
            return
        outcome = {"error": problem.code, "excerpt": problem.receipt.excerpt, "changed_at": now}
        store.update_link(tx, link.lead_id, **outcome)
        if problem.gone:
            store.update_connection(tx, link.site_id, problem=problem.code)
            store.update_link(tx, link.lead_id, state="queued", attempts=0, due_at=now)
            return
        if problem.permanent or begun.gives_up:
            store.update_link(tx, link.lead_id, state="failed")
            return
        if problem.code == "busy" and problem.wait is not None:  # everything to this CRM waits, and no attempt is lost
            store.update_connection(tx, link.site_id, paused_until=now + problem.wait)
            store.update_link(tx, link.lead_id, attempts=begun.attempts - 1)
            self._put_off(tx, link, now + problem.wait)
            return
        self._put_off(tx, link, begun.next_try(now, problem.wait))

    def _put_off(self, tx: Tx, link: Link, due_at: datetime) -> None:
        store.update_link(tx, link.lead_id, state="queued", due_at=due_at)
        self._jobs.add(tx, "crm.tell", {"lead_id": link.lead_id}, due_at)

    def _check(self, payload: Payload) -> None:
        """Ask for the stages that the CRM has; what waits for it is told now."""
        site_id = payload["site_id"]
        it = self._connection(site_id)
        if it is None:
            return
        asked = {"filter": {"ENTITY_ID": "STATUS"}, "order": {"SORT": "ASC"}}
        try:
            rows = self._bitrix.call(self._address(it), "crm.status.list", asked)
            statuses = [[str(row["STATUS_ID"]), str(row["NAME"])] for row in rows]
        except Undelivered as problem:
            with self._storage.begin() as tx:
                store.update_connection(tx, site_id, state="on", problem=problem.code, checked_at=self._clock.now())
            return
        with self._storage.begin() as tx:
            keys = [stage.key for stage in list_stages(tx, site_id)]
            stages = dict(it.stages) or stages_by_default(keys, [one[0] for one in statuses])
            opened = {"state": "on", "problem": None, "paused_until": None, "checked_at": self._clock.now()}
            store.update_connection(tx, site_id, statuses=statuses, stages=stages, **opened)
            waiting = store.list_links(tx, store.links.c.site_id == site_id, store.links.c.state == "queued", most=1000)
            for link in waiting:
                self._put_off(tx, link, self._clock.now())

    def _test(self, payload: Payload) -> None:
        it = self._connection(payload["site_id"])
        if it is None or it.tested.get("id") != payload["id"]:
            return
        title = text(payload["language"], "crm.test_lead")
        person = Person(payload["id"], title, title, (), (), "", "", text(payload["language"], "crm.test_words"), {})
        outcome = {"id": payload["id"], "at": iso(self._clock.now())}
        try:
            made = self._hand_over(it, person, None)
            outcome |= {"state": "sent", "remote_id": made.remote_id}
        except Undelivered as problem:
            outcome |= {"state": "failed", "error": problem.code, "excerpt": problem.receipt.excerpt}
        with self._storage.begin() as tx:
            store.update_connection(tx, it.site_id, tested=outcome)

    def _connection(self, site_id: str) -> Connection | None:
        with self._storage.read() as tx:
            return store.find_connection(tx, site_id)


def _speaks_for_nobody(tx: Tx, link: Link) -> bool:
    """Whether a merged lead is not known over there, or is the very lead that its root is."""
    root = store.find_link(tx, get_root(tx, link.lead_id).id)
    return link.remote_id is None or (root is not None and root.remote_id == link.remote_id)
