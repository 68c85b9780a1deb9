"""How the desk is doing, from what is written down: who waits now, how fast the first answers were, who was missed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select

from widget_server.chat.store import conversations
from widget_server.chat.talks import talks
from widget_server.kernel.clock import Clock, iso_or_none
from widget_server.sites.model import Site
from widget_server.sites.store import find_sites, sites
from widget_server.storage import Storage, Tx

MOST_TALKS = 20_000


@dataclass(frozen=True)
class Talk:
    """One time that a visitor came with something. ``patience``: how long the site lets them wait."""

    asked_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    closed_at: datetime | None
    patience: timedelta

    def is_missed(self, now: datetime) -> bool:
        """Tell whether nobody answered within the site's patience, or it was closed without an answer."""
        waited = (self.answered_at or now) - self.asked_at
        return waited > self.patience or (self.answered_at is None and self.closed_at is not None)


@dataclass(frozen=True)
class Summary:
    """Some talks in figures; ``first_answer``: half of the answers came faster."""

    talks: int
    answered: int
    missed: int
    first_answer: timedelta | None

    @classmethod
    def of(cls, found: Sequence[Talk], now: datetime) -> "Summary":
        """Return the figures.

        >>> Summary.of([], datetime(2026, 11, 23)).first_answer is None
        True
        """
        waits = [(one.answered_at - one.asked_at).total_seconds() for one in found if one.answered_at is not None]
        missed = sum(one.is_missed(now) for one in found)
        return cls(len(found), len(waits), missed, timedelta(seconds=median(waits)) if waits else None)

    def view(self) -> dict[str, Any]:
        """Return it for the console."""
        seconds = None if self.first_answer is None else round(self.first_answer.total_seconds())
        figures = {"talks": self.talks, "answered": self.answered, "missed": self.missed}
        return {**figures, "first_answer_seconds": seconds}


class DeskFigures:
    """Reads the figures of sites."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def now(self, site_ids: Collection[str]) -> dict[str, Any]:
        """Return what stands above the queue: counts of what is open, who waits longest, how today goes."""
        with self._storage.read() as tx:
            today = self._talks(tx, site_ids, 1)
            return {**_open(tx, site_ids), "today": Summary.of(today, self._clock.now()).view()}

    def since(self, site_ids: Collection[str], days: int) -> list[Talk]:
        """Return the talks of the last local days, today included."""
        with self._storage.read() as tx:
            return self._talks(tx, site_ids, days)

    def _talks(self, tx: Tx, site_ids: Collection[str], days: int) -> list[Talk]:
        now = self._clock.now()
        known = {site.id: site for site in find_sites(tx, sites.c.id.in_(site_ids))}
        first = {site_id: midnight(site, now) - timedelta(days=days - 1) for site_id, site in known.items()}
        if not known:
            return []
        wanted = talks.c.site_id.in_(known), talks.c.asked_at >= min(first.values())
        rows = tx.execute(select(talks).where(*wanted).order_by(talks.c.asked_at.desc()).limit(MOST_TALKS))
        return [_talk(row, known[row.site_id]) for row in rows if row.asked_at >= first[row.site_id]]


def midnight(site: Site, now: datetime) -> datetime:
    """Return when the site's local day began."""
    return now.astimezone(site.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _talk(row: Any, site: Site) -> Talk:
    patience = timedelta(seconds=site.desk.patience_seconds)
    return Talk(row.asked_at, row.answered_at, row.answered_by, row.closed_at, patience)


def _open(tx: Tx, site_ids: Collection[str]) -> dict[str, Any]:
    it = conversations.c
    query = (
        select(it.assignee_id, func.count(), func.count(it.waiting_since), func.min(it.waiting_since))
        .where(it.site_id.in_(site_ids), it.status == "open")
        .group_by(it.assignee_id)
    )
    rows: list[tuple[Any, ...]] = [tuple(row) for row in tx.execute(query)]
    return {
        "open": sum(row[1] for row in rows),
        "waiting": sum(row[2] for row in rows),
        "longest_since": iso_or_none(min((row[3] for row in rows if row[3] is not None), default=None)),
        "load": {row[0] or "": row[1] for row in rows},
    }
