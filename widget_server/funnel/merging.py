"""Leads that turn out to be one person, and taking that back. Within a transaction that holds the site's lock."""

from dataclasses import replace
from datetime import datetime

from widget_server.funnel import store
from widget_server.funnel.model import Lead, Merge
from widget_server.funnel.setup_store import list_stages
from widget_server.funnel.stage_model import Stage, place_of
from widget_server.kernel.errors import Conflict
from widget_server.kernel.ids import new_id
from widget_server.storage import Tx

RANK = {"lost": 0, "open": 1, "won": 2}


def merge(tx: Tx, one: Lead, other: Lead, why: str, at: datetime, operator_id: str | None = None) -> Lead:
    """Make one person of two leads; who is further on the way speaks for both. Nothing of either is written over."""
    stages = list_stages(tx, one.site_id)
    kept, gone = sorted((one, other), key=lambda lead: _order(lead, stages))
    moved = store.move_roots(tx, list(store.family(tx, [gone.id])), gone.id, kept.id)
    made = Merge(new_id(), kept.site_id, kept.id, gone.id, at, why, operator_id, tuple(moved))
    store.insert_merge(tx, made)
    return store.update_lead(tx, replace(kept, changed_at=max(kept.changed_at, gone.changed_at, at)))


def undo(tx: Tx, made: Merge, at: datetime) -> tuple[Lead, Lead]:
    """Make two leads of one again, each with what was its own.

    Raises
    ------
    Conflict
        ``merge_undone``: somebody was faster, or the person was merged on: undo that first.
    """
    gone, kept = store.get_lead(tx, made.gone_id), store.get_lead(tx, made.kept_id)
    if gone.root_id != kept.id or not store.mark_undone(tx, made.id, at):
        raise Conflict("merge_undone")
    store.move_roots(tx, made.moved, kept.id, gone.id)
    freed = replace(store.get_lead(tx, gone.id), changed_at=at)
    return store.update_lead(tx, replace(kept, changed_at=at)), store.update_lead(tx, freed)


def _order(lead: Lead, stages: tuple[Stage, ...]) -> tuple[int, int, datetime, str]:
    return -RANK[lead.state], -place_of(stages, lead.stage), lead.created_at, lead.id
