"""The owner connects advertising accounts, uploads by hand, and looks at what became of every conversion."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from widget_server.audit.store import note
from widget_server.conversions import upload_store
from widget_server.conversions.model import NAMES
from widget_server.conversions.upload_model import FIELDS, SECRETS, Account, Batch, System
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.notify.sealing import Sealer
from widget_server.sites.model import Site
from widget_server.storage import Storage

SHOWN, SHOWN_REFUSED = 10, 50
_DIGITS = re.compile(r"\d{1,20}", re.ASCII)
_SECRET = re.compile(r"[!-~]{8,500}")


@dataclass(frozen=True)
class Uploads:
    """What the page of conversions shows of uploads; ``counts``: (system, metric, what became of it) → how many."""

    accounts: Mapping[str, Account]
    counts: Mapping[tuple[str, str, str], int]
    batches: list[Batch]
    refused: list[Any]


class UploadService:
    """``site`` is always one that the caller may see (``SiteService.access_site``)."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, sealer: Sealer) -> None:
        self._storage, self._clock, self._jobs, self._sealer = storage, clock, jobs, sealer

    def look_at(self, site: Site, days: int) -> Uploads:
        since = self._clock.now() - timedelta(days=days)
        with self._storage.read() as tx:
            return Uploads(
                accounts={one.system: one for one in upload_store.list_accounts(tx, site.id)},
                counts=upload_store.count_by_metric(tx, site.id, since),
                batches=upload_store.list_batches(tx, site.id, SHOWN),
                refused=upload_store.list_refused(tx, site.id, SHOWN_REFUSED),
            )

    def connect(self, by: OperatorIdentity, site: Site, system: System, typed: Mapping[str, str]) -> None:
        """Keep an account. Secrets that are left empty stay as they were.

        Raises
        ------
        BadInput
            ``bad_account_id``, ``bad_secret``, ``action_needed``; the field is named.
        """
        data = {name: _digits(typed, name) for name in FIELDS[system]}
        if system == "google_ads" and not any(data[metric] for metric in NAMES):
            raise BadInput("action_needed", field="order")
        now = self._clock.now()
        with self._storage.begin() as tx:
            known = upload_store.find_account(tx, site.id, system)
            sealed = self._seal(site, system, typed, known)
            begun = known.created_at if known else now
            made = Account(site.id, system, data, sealed, None, None, begun, known.uploaded_at if known else None)
            upload_store.put_account(tx, made)
            note(tx, "site_changed", by, now, subject=site.id, site_id=site.id, name=site.name)

    def disconnect(self, by: OperatorIdentity, site: Site, system: System) -> None:
        with self._storage.begin() as tx:
            upload_store.delete_account(tx, site.id, system)
            note(tx, "site_changed", by, self._clock.now(), subject=site.id, site_id=site.id, name=site.name)

    def upload_now(self, site: Site, system: System) -> None:
        """Upload what was not uploaded yet; what was given up is tried again as the same batch.

        Raises
        ------
        Conflict
            ``clicks_off``: the site keeps no clicks, so nothing may leave.
        """
        now = self._clock.now()
        with self._storage.begin() as tx:
            if upload_store.find_account(tx, site.id, system) is None:
                raise NotFound("not_found")
            if site.analytics.clicks == "off":
                raise Conflict("clicks_off")
            upload_store.update_account(tx, site.id, system, problem=None, excerpt=None)
            for batch in upload_store.list_batches(tx, site.id, most=100):
                if batch.system == system and batch.state == "failed" and upload_store.acts_of(tx, batch.id):
                    upload_store.update_batch(tx, batch.id, state="queued", due_at=now)
                    self._jobs.add_now(tx, "conversions.upload", {"batch_id": batch.id})
            self._jobs.add_now(tx, "conversions.gather", {"site_id": site.id, "system": system})

    def _seal(self, site: Site, system: System, typed: Mapping[str, str], known: Account | None) -> str:
        purpose = ("conversions", site.id, system)
        secrets = {name: typed.get(name, "").strip() for name in SECRETS[system]}
        if known is not None and not any(secrets.values()):
            return known.sealed
        for name, value in secrets.items():
            if not _SECRET.fullmatch(value):
                raise BadInput("bad_secret", field=name)
        return self._sealer.seal(json.dumps(secrets), *purpose)


def moment_of(batch: Batch) -> datetime:
    return batch.tried_at or batch.made_at


def _digits(typed: Mapping[str, str], name: str) -> str:
    """Return a number of an account or an action; Google shows them as 123-456-7890."""
    value = typed.get(name, "").replace("-", "").replace(" ", "")
    if (value and not _DIGITS.fullmatch(value)) or (not value and name in ("customer_id", "counter_id")):
        raise BadInput("bad_account_id", field=name)
    return value
