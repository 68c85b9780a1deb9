"""The index of words and the triggers that keep it: in the transaction of what they index, whoever writes it.

SQLite: FTS5 tables without the texts. PostgreSQL: a tsvector with GIN indexes. Messages, of which there are many, have
an index of their own, so that what is rare is found without reading past them. ``install`` is run after every
upgrade of the schema, because SQLite forgets the triggers of a table that a revision rebuilds.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, event, inspect

from widget_server.search import postgres_index
from widget_server.storage import metadata

# FTS5 table → which entries stand in it. It keeps tables of its own beside each.
WORDS = {"search_words": "kind = 'message'", "search_others": "kind <> 'message'"}
SOURCES = ("messages", "conversations", "visitors", "callbacks", "calls", "search_entries")
PHONE_DIGITS = 15


@dataclass(frozen=True)
class Source:
    """A table whose rows are looked for. Each text is SQL about the row ``{row}``."""

    table: str
    when: str
    kind: str
    site: str
    ref: str
    seq: str
    at: str
    operator: str
    words: str
    watched: str = ""

    def entry(self, row: str) -> str:
        """Return the condition that names the row's entry."""
        found = f"kind = {self.kind} AND ref = {self.ref} AND seq = {self.seq}"
        return found.format(row=row)

    def rows(self, row: str) -> str:
        values = f"{self.kind}, {self.site}, {self.ref}, {self.seq}, {self.at}, {self.operator}"
        return values.format(row=row)


def _fold(value: str) -> str:
    return f"replace(replace(coalesce({value}, ''), 'ё', 'е'), 'Ё', 'Е')"


def _phone(value: str) -> str:
    """Return the endings of a number, each a word: so any part of it is a beginning."""
    digits = f"ltrim(coalesce({value}, ''), '+')"
    return " || ' ' || ".join(f"substr({digits}, {start})" for start in range(1, PHONE_DIGITS - 1))


_MET = "site_id = {row}.site_id AND visitor_id = {row}.visitor_id"
_CONTACT = f"(SELECT {_fold('name')} || ' ' || {_fold('email')} || ' ' || {_phone('phone')}"
_CONTACT += f" FROM visitors WHERE {_MET})"
MESSAGES = Source(
    table="messages",
    when="{row}.kind IN ('text', 'note') AND {row}.body <> ''",
    kind="(CASE {row}.kind WHEN 'note' THEN 'note' ELSE 'message' END)",
    site="(SELECT site_id FROM conversations WHERE id = {row}.conversation_id)",
    ref="{row}.conversation_id",
    seq="{row}.seq",
    at="{row}.at",
    operator="{row}.operator_id",
    words=_fold("{row}.body"),
    watched="body",
)
CONVERSATIONS = Source(
    table="conversations",
    when="1",
    kind="'visitor'",
    site="{row}.site_id",
    ref="{row}.id",
    seq="0",
    at="{row}.created_at",
    operator="NULL",
    words=f"substr({{row}}.visitor_id, 1, 4) || coalesce(' ' || {_CONTACT}, '')",
)
CALLBACKS = Source(
    table="callbacks",
    when="{row}.phone <> ''",
    kind="'call'",
    site="{row}.site_id",
    ref="{row}.id",
    seq="0",
    at="{row}.requested_at",
    operator="{row}.operator_id",
    words=_phone("{row}.phone"),
    watched="phone, operator_id",
)
CALLS = Source(
    table="calls",
    when="{row}.phone <> '' AND {row}.callback_id IS NULL",
    kind="'call'",
    site="{row}.site_id",
    ref="{row}.id",
    seq="0",
    at="{row}.started_at",
    operator="{row}.operator_id",
    words=_phone("{row}.phone"),
    watched="phone, operator_id",
)
ALL = (MESSAGES, CONVERSATIONS, CALLBACKS, CALLS)


def install(connection: Connection) -> None:
    """Make the index and its triggers where the tables are there; a new index is filled. Safe to repeat."""
    if not set(SOURCES) <= set(inspect(connection).get_table_names()):
        return
    if connection.dialect.name == "postgresql":
        if postgres_index.install(connection):
            postgres_index.fill(connection)
        return
    is_new = not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'search_words'").first()
    if is_new:
        for name in WORDS:
            connection.exec_driver_sql(_TABLE.format(name=name))
    for name in triggers(connection):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for statement in (*(one for source in ALL for one in _triggers_of(source)), *_contact_triggers()):
        connection.exec_driver_sql(statement)
    if is_new:
        _fill(connection)


def rebuild(connection: Connection) -> int:
    """Make the index again from what it is about; return how many entries it has."""
    if connection.dialect.name == "postgresql":
        postgres_index.fill(connection)
    else:
        _fill(connection)
    return int(connection.exec_driver_sql("SELECT count(*) FROM search_entries").scalar_one())


_TABLE = (
    "CREATE VIRTUAL TABLE {name} USING fts5"
    "(words, scope, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0')"
)
_COLUMNS = "kind, site_id, ref, seq, at, operator_id"


def triggers(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search_%'")
    return list(rows.scalars())


def _triggers_of(source: Source) -> tuple[str, ...]:
    new, old, name = source.when.format(row="new"), source.when.format(row="old"), f"search_{source.table}"
    put, drop = _put(source, "new"), _drop(source, "old")
    made = f"CREATE TRIGGER {name}_added AFTER INSERT ON {source.table} WHEN {new} BEGIN {put} END"
    gone = f"CREATE TRIGGER {name}_removed BEFORE DELETE ON {source.table} WHEN {old} BEGIN {drop} END"
    if not source.watched:
        return made, gone
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in source.watched.split(", "))
    changed = f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {source.watched} ON {source.table} WHEN {old}"
    changed += f" AND ({differs})"
    kept = f"{_unword(source, 'old')} {_update(source)} {_word(source, 'new', f'AND {new}')}"
    emptied = f"DELETE FROM search_entries WHERE {source.entry('new')} AND NOT ({new});"
    return made, gone, f"{changed} BEGIN {kept} {emptied} END"


def _put(source: Source, row: str) -> str:
    entry = f"INSERT INTO search_entries ({_COLUMNS}) SELECT {source.rows(row)};"
    return f"{entry} {_word(source, row)}"


def _update(source: Source) -> str:
    return f"UPDATE search_entries SET operator_id = {source.operator.format(row='new')} WHERE {source.entry('new')};"


def _drop(source: Source, row: str) -> str:
    return f"{_unword(source, row)} DELETE FROM search_entries WHERE {source.entry(row)};"


def _word(source: Source, row: str, more: str = "") -> str:
    words = f"SELECT id, {source.words.format(row=row)}, kind || site_id FROM search_entries"
    where = f"WHERE {source.entry(row)} {more}"
    return " ".join(f"INSERT INTO {to} (rowid, words, scope) {words} {where} AND {of};" for to, of in WORDS.items())


def _unword(source: Source, row: str) -> str:
    """FTS5 without texts must be told what it is to forget."""
    words = f"SELECT 'delete', id, {source.words.format(row=row)}, kind || site_id FROM search_entries"
    said = f"{words} WHERE {source.entry(row)}"
    return " ".join(f"INSERT INTO {to} ({to}, rowid, words, scope) {said} AND {of};" for to, of in WORDS.items())


def _contact_triggers() -> list[str]:
    """A contact is part of its visitor's words: they go before it changes and come back after."""
    words, bare = CONVERSATIONS.words.format(row="c"), "substr(c.visitor_id, 1, 4)"
    of = "FROM search_entries e JOIN conversations c ON c.id = e.ref"
    of += " WHERE e.kind = 'visitor' AND c.site_id = {row}.site_id AND c.visitor_id = {row}.visitor_id"
    told = "coalesce({row}.name, {row}.phone, {row}.email) IS NOT NULL"
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in ("name", "phone", "email"))

    def forget(row: str, said: str) -> str:
        what = f"SELECT 'delete', e.id, {said}, e.kind || e.site_id {of.format(row=row)};"
        return f"INSERT INTO search_others (search_others, rowid, words, scope) {what}"

    def learn(row: str, said: str) -> str:
        what = f"SELECT e.id, {said}, e.kind || e.site_id {of.format(row=row)};"
        return f"INSERT INTO search_others (rowid, words, scope) {what}"

    moments = (
        ("met", "AFTER INSERT", told.format(row="new"), forget("new", bare) + learn("new", words)),
        ("before", "BEFORE UPDATE OF name, phone, email", differs, forget("old", words)),
        ("after", "AFTER UPDATE OF name, phone, email", differs, learn("new", words)),
        ("gone", "BEFORE DELETE", told.format(row="old"), forget("old", words) + learn("old", bare)),
    )
    return [
        f"CREATE TRIGGER search_visitors_{name} {act} ON visitors WHEN {when} BEGIN {do} END"
        for name, act, when, do in moments
    ]


def _fill(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM search_entries")
    parts = [f"SELECT {one.rows('r')} FROM {one.table} r WHERE {one.when.format(row='r')}" for one in ALL]
    connection.exec_driver_sql(f"INSERT INTO search_entries ({_COLUMNS}) {' UNION ALL '.join(parts)} ORDER BY 5")
    for to, of in WORDS.items():
        connection.exec_driver_sql(f"INSERT INTO {to} ({to}) VALUES ('delete-all')")
        for one in ALL:
            key = f"e.kind = {one.kind} AND e.ref = {one.ref} AND e.seq = {one.seq} AND e.{of}".format(row="r")
            words = f"SELECT e.id, {one.words.format(row='r')}, e.kind || e.site_id FROM {one.table} r"
            joined = f"{words} JOIN search_entries e ON {key} WHERE {one.when.format(row='r')} ORDER BY e.id"
            connection.exec_driver_sql(f"INSERT INTO {to} (rowid, words, scope) {joined}")
        connection.exec_driver_sql(f"INSERT INTO {to} ({to}) VALUES ('optimize')")


def is_ours(name: str | None, kind: str) -> bool:
    """Tell Alembic which tables the code declares: FTS5's own are none of them."""
    return not (kind == "table" and str(name).startswith(tuple(WORDS)))


def _install_with_tables(target: MetaData, connection: Connection, **_more: Any) -> None:
    install(connection)


event.listen(metadata, "after_create", _install_with_tables)
