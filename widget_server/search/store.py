"""The index of everything that can be looked for. Triggers keep it (``index.py``), so nothing else writes here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from widget_server.callbacks.store import callbacks
from widget_server.calls.store import calls
from widget_server.chat.store import conversations, messages
from widget_server.search.model import COUNTED, Found, Hit, Kind, Term, Wish
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata
from widget_server.tags.store import conversation_tags

search_entries = Table(
    "search_entries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("site_id", Text, nullable=False),
    Column("ref", Text, nullable=False),  # id of the conversation, the callback or the call
    Column("seq", Integer, nullable=False),  # of the message, otherwise 0
    Column("at", Moment, nullable=False),
    Column("operator_id", Text),
    Column("words", TSVECTOR().with_variant(Text, "sqlite")),  # on SQLite they lie in search_words
    UniqueConstraint("kind", "ref", "seq"),
)
_e = search_entries.c


def find(tx: Tx, wish: Wish) -> dict[Kind, Found]:
    """Return of each kind the newest entries that hold what is looked for, and how many there are.

    All kinds are counted by one statement: most questions are about few things, and then the statements are the cost.
    """
    is_sqlite = tx.connection.dialect.name == "sqlite"
    asked = _asked_sqlite(wish, _sees_all(tx, wish)) if is_sqlite else _asked_postgres(wish)
    if not asked or not wish.site_ids:
        return {}
    counts = tx.execute(select(*(_count(kind, one.counted) for kind, one in asked.items()))).mappings().one()
    found = [kind for kind in asked if counts[kind]]
    return {kind: Found(_newest(tx, wish, asked[kind], counts[kind]), counts[kind]) for kind in found}


def _count(kind: Kind, counted: Select[Any]) -> Any:
    some = counted.limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery().label(kind)


def _newest(tx: Tx, wish: Wish, asked: "_Asked", count: int) -> list[Hit]:
    query = asked.newest(count <= COUNTED)
    return [_hit(row) for row in tx.execute(query.limit(wish.most))]


def plan_afresh(tx: Tx) -> None:
    """Let PostgreSQL plan for the very words: a plan for any words reads the whole table, as if all were frequent."""
    if tx.connection.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


@dataclass(frozen=True)
class _Asked:
    """One kind's statements: what is counted, and the newest of it (of what is rare, or not)."""

    counted: Select[Any]
    newest: Callable[[bool], Select[Any]]


def _asked_sqlite(wish: Wish, sees_all: bool) -> dict[Kind, _Asked]:
    words = {kind: _fts(wish, kind, sees_all) for kind in wish.kinds}
    return {kind: _of_sqlite(wish, kind, asked) for kind, asked in words.items() if asked}


def _of_sqlite(wish: Wish, kind: Kind, words: str) -> _Asked:
    """FTS5 gives its rows by id, so the newest cost little, and so does counting up to a limit."""
    table = "search_words" if kind == "message" else "search_others"
    match = literal_column(table).op("MATCH")(literal(words, Text()))
    source: Select[Any] = select(literal_column("rowid").label("id")).select_from(text(table)).where(match)
    narrowed = _narrowed(wish)
    counted: Select[Any] = source
    if narrowed:
        within = source.subquery()
        counted = select(within.c.id).join(search_entries, _e.id == within.c.id).where(*narrowed)
    rows = source.order_by(text("rowid DESC"))
    if wish.before is not None:
        rows = rows.where(literal_column("rowid") < wish.before)
    ids = (rows if narrowed else rows.limit(wish.most)).subquery()
    query = select(*_columns()).select_from(ids.join(search_entries, _e.id == ids.c.id))
    query = query.where(_e.site_id.in_(wish.site_ids), *narrowed).order_by(ids.c.id.desc())
    return _Asked(counted, lambda _is_rare: query)


def _asked_postgres(wish: Wish) -> dict[Kind, _Asked]:
    words = {kind: _tsquery(wish, kind) for kind in wish.kinds}
    return {kind: _of_postgres(wish, kind, asked) for kind, asked in words.items() if asked}


def _of_postgres(wish: Wish, kind: Kind, words: str) -> _Asked:
    """What is rare is fetched by its words and sorted; of what is frequent the newest are met soon, going back."""
    match = _e.words.op("@@")(cast(literal(words, Text()), TSQUERY()))
    where = and_(match, _e.site_id.in_(wish.site_ids), _is_kind(kind), *_narrowed(wish))
    matches = select(*_columns()).where(where)
    if wish.before is not None:
        matches = matches.where(_e.id < wish.before)
    rare = matches.cte("rare").prefix_with("MATERIALIZED")

    def newest(is_rare: bool) -> Select[Any]:
        return select(rare).order_by(rare.c.id.desc()) if is_rare else matches.order_by(_e.id.desc())

    return _Asked(select(_e.id).where(where), newest)


def _columns() -> tuple[Any, ...]:
    return _e.id, _e.kind, _e.site_id, _e.ref, _e.seq, _e.at


def _hit(row: Any) -> Hit:
    return Hit(row.id, row.kind, row.site_id, row.ref, row.seq, row.at)


def _narrowed(wish: Wish) -> list[Any]:
    """Return the conditions that the words' index does not know."""
    found: list[Any] = []
    if wish.operator_id is not None:
        found.append(_e.operator_id == wish.operator_id)
    if wish.tag_id is not None:
        tagged = select(conversation_tags.c.conversation_id).where(conversation_tags.c.tag_id == wish.tag_id)
        found.append(_e.ref.in_(tagged))
    if wish.since is not None:
        found.append(_e.at >= wish.since)
    if wish.until is not None:
        found.append(_e.at < wish.until)
    return found


def _is_kind(kind: Kind) -> Any:
    """Return the condition in plain letters: by it PostgreSQL chooses one of the partial indexes."""
    return _e.kind == literal(kind, literal_execute=True)


def _sees_all(tx: Tx, wish: Wish) -> bool:
    count = tx.execute(select(func.count()).select_from(sites)).scalar_one()
    return bool(count == len(wish.site_ids))


def _fts(wish: Wish, kind: Kind, sees_all: bool) -> str:
    """Return the question in FTS5's words; the sites stand in it too, so that others' rows cost nothing."""
    terms = [_fts_term(term) for term in wish.terms]
    asked = f"({' AND '.join(terms)})" if terms else ""
    if kind in ("call", "visitor") and wish.digits:
        asked = f"({' OR '.join(f'{_quoted(one)} *' for one in wish.digits)})"
    if not asked or (sees_all and kind == "message"):
        return asked and f"words : {asked}"
    scope = " OR ".join(_quoted(f"{kind}{site_id}") for site_id in sorted(wish.site_ids))
    return f"words : {asked} AND scope : ({scope})"


def _fts_term(term: Term) -> str:
    return _quoted(" ".join(term.words)) + (" *" if term.is_prefix else "")


def _quoted(words: str) -> str:
    return '"' + words.replace('"', "") + '"'


def _tsquery(wish: Wish, kind: Kind) -> str:
    """Return the question as a tsquery; the terms hold letters and digits only."""
    if kind in ("call", "visitor") and wish.digits:
        return " | ".join(f"'{one}':*" for one in wish.digits)
    return " & ".join(_ts_term(term) for term in wish.terms)


def _ts_term(term: Term) -> str:
    end = ":*" if term.is_prefix else ""
    return "(" + " <-> ".join(f"'{word}'{end}" for word in term.words) + ")"


def texts_of(tx: Tx, hits: Collection[Hit]) -> Mapping[int, Any]:
    """Return entry id → the row of what was said."""
    said = [hit.id for hit in hits if hit.kind in ("message", "note")]
    if not said:
        return {}
    m = messages.c
    same = (m.conversation_id == _e.ref) & (m.seq == _e.seq)
    query = select(_e.id, m.body, m.author, m.name).select_from(search_entries.join(messages, same))
    return {row.id: row for row in tx.execute(query.where(_e.id.in_(said)))}


def visitors_of(tx: Tx, hits: Collection[Hit]) -> dict[str, tuple[str, str]]:
    """Return conversation id → (site id, visitor id)."""
    refs = {hit.ref for hit in hits if hit.kind != "call"}
    c = conversations.c
    rows = tx.execute(select(c.id, c.site_id, c.visitor_id).where(c.id.in_(refs))) if refs else ()
    return {row.id: (row.site_id, row.visitor_id) for row in rows}


def calls_of(tx: Tx, hits: Collection[Hit]) -> dict[str, Any]:
    """Return id → a callback's or a call's (phone, state, visitor_id, call_id)."""
    refs = [hit.ref for hit in hits if hit.kind == "call"]
    if not refs:
        return {}
    b, c = callbacks.c, calls.c
    asked = select(b.id, b.phone, b.state, b.visitor_id, b.call_id).where(b.id.in_(bindparam("refs", expanding=True)))
    plain = select(c.id, c.phone, func.coalesce(c.outcome, c.state).label("state"), c.visitor_id, c.id.label("call_id"))
    plain = plain.where(c.id.in_(bindparam("refs", expanding=True)))
    return {row.id: row for query in (asked, plain) for row in tx.execute(query, {"refs": refs})}
