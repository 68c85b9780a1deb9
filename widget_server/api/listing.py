"""Lists in pages: a cursor names the last row that was seen, so rows that come meanwhile shift nothing."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Table, and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from widget_server.api.operation import Part
from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text
from widget_server.storage import Tx


def newest(
    tx: Tx,
    table: Table,
    at: str,
    where: Sequence[ColumnElement[bool]],
    query: Mapping[str, Any],
    made: Callable[[Row[Any]], Any],
) -> Part:
    """Return one page of ``table``, the newest by column ``at`` first; ``at`` must be a moment that never changes."""
    moment, row_id, most = table.c[at], table.c.id, query["limit"]
    if query["cursor"] is not None:
        seen_at, seen_id = read_moment_cursor(query["cursor"])
        where = [*where, or_(moment < seen_at, and_(moment == seen_at, row_id < seen_id))]
    rows = tx.execute(select(table).where(*where).order_by(moment.desc(), row_id.desc()).limit(most + 1)).all()
    last = rows[most - 1] if len(rows) > most else None
    written = cursor(last._mapping[at].astimezone(UTC).isoformat(), last.id) if last is not None else None
    return Part([made(row) for row in rows[:most]], written)


def cursor(*seen: str | int) -> str:
    """Return an opaque cursor.

    >>> read_cursor(cursor("2026-11-23T09:00:00+00:00", "abc"))
    ['2026-11-23T09:00:00+00:00', 'abc']
    """
    return base64.urlsafe_b64encode(json.dumps(seen).encode()).decode().rstrip("=")


def read_cursor(sent: str) -> list[Any]:
    """Return what a cursor holds.

    Raises
    ------
    BadInput
        ``bad_cursor``.
    """
    try:
        seen = json.loads(base64.b64decode(sent + "=" * (-len(sent) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        raise BadInput("bad_cursor", field="cursor") from None
    if not isinstance(seen, list) or not all(isinstance(one, str | int) for one in seen):
        raise BadInput("bad_cursor", field="cursor")
    return seen


def read_seq_cursor(sent: str | None) -> int:
    """Return the number that a cursor holds, 0 without one."""
    seen = read_cursor(sent) if sent is not None else [0]
    if len(seen) != 1 or type(seen[0]) is not int or not 0 <= seen[0] < 2**31:
        raise BadInput("bad_cursor", field="cursor")
    return seen[0]


def read_moment_cursor(sent: str) -> tuple[datetime, str]:
    seen = read_cursor(sent)
    try:
        at, row_id = datetime.fromisoformat(seen[0]), seen[1]
        if len(seen) != 2 or at.tzinfo is None or not isinstance(row_id, str):
            raise ValueError
        return at.astimezone(UTC), clean_text(row_id)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise BadInput("bad_cursor", field="cursor") from None
