"""Uploading, every night and by hand: what goes is written down before, and what became of it after."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from widget_server.conversions import store, upload_store
from widget_server.conversions.model import Conversion
from widget_server.conversions.upload_model import (
    BACK_OFF,
    LONGEST_ATTEMPT,
    LOOK_AFTER,
    MOST_A_BATCH,
    NIGHT_HOUR,
    OLDEST,
    Account,
    Batch,
    Outcome,
    System,
    Uploader,
)
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import new_id
from widget_server.notify.port import Undelivered
from widget_server.notify.sealing import Sealer, Unsealable
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx

log = logging.getLogger(__name__)


class StillUploading(Exception):
    """Another worker may be at it: the runner asks again in a moment."""


class Uploading:
    def __init__(
        self, storage: Storage, clock: Clock, jobs: JobStore, sealer: Sealer, systems: Mapping[System, Uploader]
    ) -> None:
        self._storage, self._clock, self._jobs = storage, clock, jobs
        self._sealer, self._systems = sealer, systems

    def handlers(self) -> dict[str, Handler]:
        return {
            "conversions.gather": Handler(self._gather, repeatable=True, slow=True),
            "conversions.upload": Handler(self._upload, repeatable=True, slow=True),
            "conversions.look": Handler(self._look, repeatable=True, slow=True),
        }

    def schedule(self) -> None:
        """Have every account uploaded once a night, however often and by how many processes this is called."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            for it in upload_store.list_accounts(tx):
                here = now.astimezone(get_site(tx, it.site_id).zone)
                if here.hour >= NIGHT_HOUR and here.date() > it.created_at.astimezone(here.tzinfo).date():
                    named = f"conversions.gather:{it.site_id}:{it.system}:{here.date()}"
                    self._jobs.add_now(tx, "conversions.gather", {"site_id": it.site_id, "system": it.system}, named)

    def _gather(self, payload: Payload) -> None:
        """Put what was not uploaded yet into batches."""
        site_id, system = payload["site_id"], payload["system"]
        with self._storage.begin() as tx:
            it = upload_store.find_account(tx, site_id, system)
            if it is None or it.problem is not None or get_site(tx, site_id).analytics.clicks == "off":
                return
            new = self._new(tx, it)
            for first in range(0, len(new), MOST_A_BATCH):
                self._put_together(tx, it, new[first : first + MOST_A_BATCH])

    def _new(self, tx: Tx, it: Account) -> list[Conversion]:
        now = self._clock.now()
        since = now - OLDEST[it.system]
        known, wants = upload_store.known_acts(tx, it.site_id, it.system, since), self._systems[it.system].wants
        found = store.list_conversions(tx, it.site_id, since, now)
        return [one for one in found if one.act_id not in known and wants(it.data, one)]

    def _put_together(self, tx: Tx, it: Account, of: list[Conversion]) -> None:
        now = self._clock.now()
        batch = Batch(new_id(), it.site_id, it.system, "queued", len(of), 0, 0, now, now)
        upload_store.insert_batch(tx, batch)
        taken = [upload_store.note_upload(tx, batch, one.act_id, one.metric, one.at) for one in of]
        upload_store.update_batch(tx, batch.id, counted=sum(taken))
        self._jobs.add_now(tx, "conversions.upload", {"batch_id": batch.id})

    def _upload(self, payload: Payload) -> None:
        with self._storage.begin() as tx:
            begun = self._begin(tx, payload["batch_id"])
        if begun is None:
            return
        it, batch, of, agreed = begun
        try:
            outcome = self._hand_over(it, batch, of, agreed)
        except Undelivered as problem:
            with self._storage.begin() as tx:
                self._note_failure(tx, batch, problem)
        else:
            with self._storage.begin() as tx:
                self._note_success(tx, batch, outcome)

    def _begin(self, tx: Tx, batch_id: str) -> tuple[Account, Batch, list[Conversion], bool] | None:
        """Note the attempt; None if there is nothing to upload now (any more)."""
        now, batch = self._clock.now(), upload_store.get_batch(tx, batch_id)
        if batch.state not in ("queued", "sending") or batch.due_at > now:
            return None
        if batch.state == "sending" and batch.tried_at is not None and now - batch.tried_at < LONGEST_ATTEMPT:
            raise StillUploading
        it, clicks = upload_store.find_account(tx, batch.site_id, batch.system), get_site(tx, batch.site_id).analytics
        own = upload_store.acts_of(tx, batch.id)
        found = store.list_conversions(tx, batch.site_id, batch.made_at - OLDEST[batch.system], now) if it else []
        of = [one for one in found if one.act_id in own]
        if it is None or not of or clicks.clicks == "off":
            upload_store.release(tx, batch.id)
            upload_store.update_batch(tx, batch.id, state="failed", error="nothing_left")
            return None
        if not upload_store.begin_attempt(tx, batch, now):
            return None
        return it, upload_store.get_batch(tx, batch.id), of, clicks.clicks == "consent"

    def _hand_over(self, it: Account, batch: Batch, of: list[Conversion], agreed: bool) -> Outcome:
        try:
            return self._systems[it.system].upload(it.data, self._secrets(it), batch, of, agreed)
        except Undelivered:
            raise
        except Exception as error:  # a mistake of ours must not leave a batch without an outcome
            log.exception("conversions could not be uploaded")
            raise Undelivered("broken") from error

    def _secrets(self, it: Account) -> dict[str, str]:
        try:
            return dict(json.loads(self._sealer.unseal(it.sealed, "conversions", it.site_id, it.system)))
        except Unsealable:
            raise Undelivered("token", gone=True) from None

    def _note_success(self, tx: Tx, batch: Batch, outcome: Outcome) -> None:
        now = self._clock.now()
        for act_id, (code, words) in outcome.refused.items():
            upload_store.refuse(tx, batch.id, act_id, code, words)
        upload_store.release(tx, batch.id, outcome.later)
        done = {"state": "sent", "accepted": outcome.accepted, "remote_id": outcome.remote_id}
        upload_store.update_batch(tx, batch.id, **done, error=None, excerpt=None)
        upload_store.update_account(tx, batch.site_id, batch.system, uploaded_at=now, problem=None, excerpt=None)
        if outcome.remote_id and batch.system == "metrika":
            self._jobs.add(tx, "conversions.look", {"batch_id": batch.id}, now + LOOK_AFTER)

    def _note_failure(self, tx: Tx, batch: Batch, problem: Undelivered) -> None:
        outcome = {"error": problem.code, "excerpt": problem.receipt.excerpt}
        if problem.permanent:  # somebody must do something first; then all of it goes into a new batch
            upload_store.release(tx, batch.id)
            upload_store.update_batch(tx, batch.id, state="failed", **outcome)
            stopped = {"problem": problem.code, "excerpt": problem.receipt.excerpt}
            upload_store.update_account(tx, batch.site_id, batch.system, **stopped)
            return
        if batch.attempts > len(BACK_OFF):
            # Whether it arrived is not known: its conversions stay in it, and the same batch is tried again by hand.
            upload_store.update_batch(tx, batch.id, state="failed", **outcome)
            return
        due_at = self._next_try(batch, problem.wait)
        upload_store.update_batch(tx, batch.id, state="queued", due_at=due_at, **outcome)
        self._jobs.add(tx, "conversions.upload", {"batch_id": batch.id}, due_at)

    def _next_try(self, batch: Batch, wish: timedelta | None) -> datetime:
        wait = BACK_OFF[min(batch.attempts, len(BACK_OFF)) - 1]
        return self._clock.now() + max(wait, wish or wait)

    def _look(self, payload: Payload) -> None:
        """Ask what a system made of a batch."""
        with self._storage.read() as tx:
            batch = upload_store.get_batch(tx, payload["batch_id"])
            it = upload_store.find_account(tx, batch.site_id, batch.system)
        if it is None:
            return
        try:
            told = self._systems[it.system].look(it.data, self._secrets(it), batch)
        except Undelivered as problem:
            log.warning("what became of an upload to %s is not known: %s", it.system, problem.code)
            return
        with self._storage.begin() as tx:
            upload_store.update_batch(tx, batch.id, told=dict(told))
