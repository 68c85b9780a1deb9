"""The tables of who is told and of what was told, and their SQL."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from widget_server.kernel.errors import NotFound
from widget_server.notify.model import EVENTS, Delivery, Target, Wishes
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata

targets = Table(
    "alert_targets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("operator_id", Text, ForeignKey("operators.id")),
    Column("wishes", JSON, nullable=False),
    Column("problem", Text),
    Column("origin", Text, unique=True),  # made by the program for this, once; never again after somebody removed it
    Column("created_at", Moment, nullable=False),
    Column("removed_at", Moment),
)
deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("target_id", Text, ForeignKey("alert_targets.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("site_id", Text, ForeignKey("sites.id")),
    Column("subject", Text, nullable=False, index=True),
    Column("occasion", Text, nullable=False),
    Column("params", JSON, nullable=False),
    Column("alert_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", Moment),
    Column("status", Integer),
    Column("excerpt", Text),
    Column("error", Text),
    Column("folded_into", Text, index=True),
    UniqueConstraint("target_id", "occasion"),
    Index("ix_alert_deliveries_target_id_due_at", "target_id", "due_at"),
)
PRESENT = targets.c.removed_at.is_(None)
_UNTOLD = (deliveries.c.state == "queued") & deliveries.c.tried_at.is_(None)


def insert_target(tx: Tx, target: Target, origin: str | None = None) -> bool:
    """Insert a target; False if the one of this ``origin`` is there, or was removed by somebody."""
    values = {name: getattr(target, name) for name in target.__dataclass_fields__}
    row = values | {"wishes": _written(target.wishes), "data": dict(target.data), "origin": origin}
    return tx.insert_new(targets, row)


def update_target(tx: Tx, target_id: str, **values: Any) -> None:
    if "wishes" in values:
        values["wishes"] = _written(values["wishes"])
    tx.execute(update(targets).where(targets.c.id == target_id).values(**values))


def find_targets(tx: Tx, *where: ColumnElement[bool]) -> list[Target]:
    """Return the targets that meet ``where``, the oldest first."""
    rows = tx.execute(select(targets).where(*where).order_by(targets.c.created_at, targets.c.id))
    return [_target(row) for row in rows]


def list_hooks(tx: Tx, site_id: str) -> list[Target]:
    """Return the webhooks of the account that a site belongs to."""
    own = select(sites.c.account_id).where(sites.c.id == site_id).scalar_subquery()
    return find_targets(tx, targets.c.account_id == own, targets.c.channel == "webhook", PRESENT)


def find_target(tx: Tx, target_id: str) -> Target | None:
    return next(iter(find_targets(tx, targets.c.id == target_id)), None)


def count_targets(tx: Tx, account_id: str) -> int:
    own = select(func.count()).select_from(targets).where(targets.c.account_id == account_id, PRESENT)
    return int(tx.execute(own).scalar_one())


def insert_delivery(tx: Tx, delivery: Delivery) -> bool:
    """Insert a delivery; False if this target was told of the occasion already."""
    values = {name: getattr(delivery, name) for name in delivery.__dataclass_fields__}
    return tx.insert_new(deliveries, values | {"params": dict(delivery.params)})


def update_delivery(tx: Tx, delivery_id: str, **values: Any) -> None:
    tx.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))


def delete_delivery(tx: Tx, delivery_id: str) -> None:
    tx.execute(delete(deliveries).where(deliveries.c.id == delivery_id))


def get_delivery(tx: Tx, delivery_id: str) -> Delivery:
    found = find_deliveries(tx, deliveries.c.id == delivery_id)
    if not found:
        raise NotFound("not_found")
    return found[0]


def find_deliveries(tx: Tx, *where: ColumnElement[bool], most: int = 100) -> list[Delivery]:
    """Return deliveries, the latest first."""
    query = select(deliveries).where(*where).order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(most)
    return [_delivery(row) for row in tx.execute(query)]


def listed_after(last: Delivery) -> ColumnElement[bool]:
    """Keep what ``find_deliveries`` lists after this one."""
    same_moment = (deliveries.c.created_at == last.created_at) & (deliveries.c.id > last.id)
    return (deliveries.c.created_at < last.created_at) | same_moment


def list_folded(tx: Tx, summary_id: str) -> list[Delivery]:
    return find_deliveries(tx, deliveries.c.folded_into == summary_id, most=1000)


def list_latest(tx: Tx, target_ids: list[str]) -> dict[str, Delivery]:
    """Return each target's last delivery that was tried."""
    tried = deliveries.c.tried_at.is_not(None) & deliveries.c.target_id.in_(target_ids)
    last = select(deliveries.c.target_id, func.max(deliveries.c.tried_at).label("at")).where(tried)
    newest = last.group_by(deliveries.c.target_id).subquery()
    same = (deliveries.c.target_id == newest.c.target_id) & (deliveries.c.tried_at == newest.c.at)
    return {row.target_id: _delivery(row) for row in tx.execute(select(deliveries).join(newest, same))}


def begin_attempt(tx: Tx, delivery: Delivery, at: datetime) -> bool:
    """Note that it is being sent now; False if somebody else changed it since it was read."""
    same = (deliveries.c.id == delivery.id) & (deliveries.c.attempts == delivery.attempts)
    due = same & (deliveries.c.state == delivery.state)
    values = {"state": "sending", "attempts": delivery.attempts + 1, "tried_at": at}
    return tx.execute(update(deliveries).where(due).values(**values)).rowcount == 1


def put_back(tx: Tx, delivery: Delivery, at: datetime) -> bool:
    """Have it sent again; False while it is being sent, or was changed since it was read."""
    same = (deliveries.c.id == delivery.id) & (deliveries.c.state == delivery.state) & (deliveries.c.state != "sending")
    again = {"state": "queued", "due_at": at, "attempts": 0, "error": None}
    return tx.execute(update(deliveries).where(same).values(**again)).rowcount == 1


def count_due(tx: Tx, target_id: str, at: datetime, within: timedelta) -> int:
    """Count what the target is told in the time before ``at``."""
    near = (deliveries.c.due_at > at - within) & (deliveries.c.due_at <= at) & (deliveries.c.kind != "summary")
    query = select(func.count()).select_from(deliveries).where(deliveries.c.target_id == target_id, near)
    return int(tx.execute(query).scalar_one())


def find_summary(tx: Tx, target_id: str, first: datetime, last: datetime) -> str | None:
    """Return a summary due in that time which nobody has begun to send; it stays so until the transaction ends."""
    due = deliveries.c.due_at.between(first, last) & (deliveries.c.kind == "summary") & _UNTOLD
    query = select(deliveries.c.id).where(deliveries.c.target_id == target_id, due).limit(1).with_for_update()
    return tx.execute(query).scalar()


def forget_untold(tx: Tx, subject: str) -> None:
    """Delete what was to be told of a subject and was not yet, summaries' parts too."""
    untold = select(deliveries.c.id).where(deliveries.c.kind == "summary", _UNTOLD)
    folded = (deliveries.c.state == "folded") & deliveries.c.folded_into.in_(untold.scalar_subquery())
    told_anyway = deliveries.c.kind.in_(EVENTS)
    tx.execute(delete(deliveries).where(deliveries.c.subject == subject, ~told_anyway, _UNTOLD | folded))


def forget_older(tx: Tx, before: datetime) -> None:
    """Delete deliveries and removed targets from before; what the program made by itself is remembered as removed."""
    tx.execute(delete(deliveries).where(deliveries.c.created_at < before, deliveries.c.state != "sending"))
    used = select(deliveries.c.target_id).where(deliveries.c.target_id == targets.c.id).exists()
    tx.execute(delete(targets).where(targets.c.removed_at < before, targets.c.origin.is_(None), ~used))


def _written(wishes: Wishes) -> dict[str, Any]:
    quiet = list(wishes.quiet) if wishes.quiet else None
    listed = {"kinds": sorted(wishes.kinds), "site_ids": sorted(wishes.site_ids), "quiet": quiet}
    return listed | {
        "wakes": wishes.wakes,
        "details": wishes.details,
        "language": wishes.language,
        "answers": wishes.answers,
    }


def _wishes(written: Mapping[str, Any]) -> Wishes:
    quiet = written["quiet"]
    return Wishes(
        kinds=frozenset(written["kinds"]),
        site_ids=frozenset(written["site_ids"]),
        quiet=(quiet[0], quiet[1]) if quiet else None,
        wakes=written["wakes"],
        details=written["details"],
        language=written["language"],
        answers=written.get("answers", False),
    )


def _target(row: Row[Any]) -> Target:
    values = dict(row._mapping)
    values.pop("origin")
    return Target(**values | {"wishes": _wishes(values["wishes"])})


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})
