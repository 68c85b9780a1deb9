"""How a lead goes on: from stage to stage, won, lost, open again; and which contact moved it."""

from dataclasses import replace
from datetime import datetime

from widget_server.funnel import contact_store, store
from widget_server.funnel.model import Lead, Move
from widget_server.funnel.setup_store import list_stages
from widget_server.funnel.stage_model import place_of
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import new_id
from widget_server.storage import Tx


def move(tx: Tx, lead: Lead, stage: str, at: datetime, operator_id: str | None) -> Lead:
    """Put a lead into another stage; forward, the last contact before it becomes productive.

    Back again, what had moved it out of the stages it returns to does not count any more.

    Raises
    ------
    BadInput
        ``bad_choice``: the site has no such stage.
    """
    stages = list_stages(tx, lead.site_id)
    keys = [one.key for one in stages]
    if stage not in keys:
        raise BadInput("bad_choice", field="stage")
    if lead.state == "open" and lead.stage == stage:
        return lead
    was, now = place_of(stages, lead.stage), keys.index(stage)
    forward = lead.state == "open" and now > was
    contact_id = _productive(tx, lead, at) if forward else None
    if not forward:
        contact_store.take_back_marks(tx, lead.id, keys[now:])
    _note(tx, lead, stage, forward, at, operator_id, contact_id)
    opened = replace(lead, state="open", closed_at=None, reason="")
    return store.update_lead(tx, replace(opened, stage=stage, stage_at=at, changed_at=at))


def win(tx: Tx, lead: Lead, at: datetime, operator_id: str | None, reason: str = "") -> Lead:
    """The lead bought: it leaves its stage, and the last contact before that was productive."""
    if lead.state == "won":
        return lead
    contact_id = _productive(tx, lead, at) if lead.state == "open" else None
    _note(tx, lead, "won", True, at, operator_id, contact_id, reason)
    return _close(tx, replace(lead, state="won"), at, reason)


def lose(tx: Tx, lead: Lead, at: datetime, operator_id: str | None, reason: str) -> Lead:
    if lead.state == "lost":
        return lead
    _note(tx, lead, "lost", False, at, operator_id, None, reason)
    return _close(tx, replace(lead, state="lost"), at, reason)


def note_birth(tx: Tx, lead: Lead) -> None:
    born = Move(new_id(), lead.id, lead.site_id, lead.created_at, "", lead.stage, forward=False)
    contact_store.insert_move(tx, born)


def _close(tx: Tx, lead: Lead, at: datetime, reason: str) -> Lead:
    closed = replace(lead, closed_at=at, reason=reason, next_at=None, next_step="", changed_at=at)
    return store.update_lead(tx, closed)


def _productive(tx: Tx, lead: Lead, at: datetime) -> str | None:
    last = contact_store.find_last_worked(tx, lead.id, lead.stage_at)
    if last is None:
        return None
    contact_store.mark_productive(tx, last.id, at)
    return last.id


def _note(
    tx: Tx,
    lead: Lead,
    now: str,
    forward: bool,
    at: datetime,
    operator_id: str | None,
    contact_id: str | None,
    reason: str = "",
) -> None:
    was = lead.stage if lead.state == "open" else lead.state
    made = Move(new_id(), lead.id, lead.site_id, at, was, now, forward, operator_id, contact_id, reason)
    contact_store.insert_move(tx, made)
