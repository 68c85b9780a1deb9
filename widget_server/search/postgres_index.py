"""The index on PostgreSQL: functions of its own make the words, so that they do not hang on the server's locale."""

from sqlalchemy import Connection

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"
_LOWER = _UPPER[:-1].lower().replace("ё", "е") + "е"
# What separates words: PostgreSQL would read addresses, numbers with signs and paths of its own into it.
_MARKS = '.,:;!?-_/\\@#$%^&*+=<>()[]{}|~`"«»„“”’–—…№·•₽'

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION search_vector(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT to_tsvector('simple', translate(coalesce(said, ''), '{_UPPER}{_MARKS}''',
                                         '{_LOWER}{" " * (len(_MARKS) + 1)}'))
$$;
CREATE OR REPLACE FUNCTION search_digits(phone text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(string_agg(substr(d, n), ' '), '')
  FROM (SELECT regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g') AS d) x, generate_series(1, length(d) - 2) n
$$;
CREATE OR REPLACE FUNCTION search_visitor(site text, visitor text) RETURNS tsvector LANGUAGE sql STABLE AS $$
  SELECT search_vector(substr(visitor, 1, 4) || ' ' || coalesce(
    (SELECT coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || search_digits(phone)
     FROM visitors WHERE site_id = site AND visitor_id = visitor), ''))
$$;
CREATE OR REPLACE FUNCTION search_on_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND new.body = '') THEN
    DELETE FROM search_entries WHERE kind IN ('message', 'note') AND ref = old.conversation_id AND seq = old.seq;
  ELSIF TG_OP = 'UPDATE' THEN
    UPDATE search_entries SET words = search_vector(new.body)
    WHERE kind IN ('message', 'note') AND ref = new.conversation_id AND seq = new.seq;
  ELSIF new.kind IN ('text', 'note') AND new.body <> '' THEN
    INSERT INTO search_entries (kind, site_id, ref, seq, at, operator_id, words)
    SELECT CASE new.kind WHEN 'note' THEN 'note' ELSE 'message' END, site_id, id, new.seq, new.at, new.operator_id,
           search_vector(new.body)
    FROM conversations WHERE id = new.conversation_id;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION search_on_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM search_entries WHERE kind = 'visitor' AND ref = old.id;
  ELSE
    INSERT INTO search_entries (kind, site_id, ref, seq, at, words)
    VALUES ('visitor', new.site_id, new.id, 0, new.created_at, search_visitor(new.site_id, new.visitor_id));
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION search_on_contact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE it record;
BEGIN
  IF TG_OP = 'DELETE' THEN it := old; ELSE it := new; END IF;
  UPDATE search_entries e SET words = search_visitor(c.site_id, c.visitor_id) FROM conversations c
  WHERE e.kind = 'visitor' AND e.ref = c.id AND c.site_id = it.site_id AND c.visitor_id = it.visitor_id;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION search_on_callback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN DELETE FROM search_entries WHERE kind = 'call' AND ref = old.id; END IF;
  IF TG_OP <> 'DELETE' AND new.phone <> '' THEN
    INSERT INTO search_entries (kind, site_id, ref, seq, at, operator_id, words)
    VALUES ('call', new.site_id, new.id, 0, new.requested_at, new.operator_id, search_vector(search_digits(new.phone)));
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION search_on_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN DELETE FROM search_entries WHERE kind = 'call' AND ref = old.id; END IF;
  IF TG_OP <> 'DELETE' AND new.phone <> '' AND new.callback_id IS NULL THEN
    INSERT INTO search_entries (kind, site_id, ref, seq, at, operator_id, words)
    VALUES ('call', new.site_id, new.id, 0, new.started_at, new.operator_id, search_vector(search_digits(new.phone)));
  END IF;
  RETURN NULL;
END $$;
"""
# (table, function, columns whose change changes the entry)
_TRIGGERS = (
    ("messages", "search_on_message", "UPDATE OF body"),
    ("conversations", "search_on_conversation", ""),
    ("visitors", "search_on_contact", "UPDATE OF name, phone, email"),
    ("callbacks", "search_on_callback", "UPDATE OF phone, operator_id"),
    ("calls", "search_on_call", "UPDATE OF phone, operator_id"),
)
_INDEXES = {"ix_search_entries_words": "kind = 'message'", "ix_search_entries_others": "kind <> 'message'"}
_FILL = """
INSERT INTO search_entries (kind, site_id, ref, seq, at, operator_id, words)
SELECT kind, site_id, ref, seq, at, operator_id, words FROM (
  SELECT CASE m.kind WHEN 'note' THEN 'note' ELSE 'message' END AS kind, c.site_id, c.id AS ref, m.seq, m.at,
         m.operator_id, search_vector(m.body) AS words
  FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.kind IN ('text', 'note') AND m.body <> ''
  UNION ALL
  SELECT 'visitor', site_id, id, 0, created_at, NULL, search_visitor(site_id, visitor_id) FROM conversations
  UNION ALL
  SELECT 'call', site_id, id, 0, requested_at, operator_id, search_vector(search_digits(phone)) FROM callbacks
  WHERE phone <> ''
  UNION ALL
  SELECT 'call', site_id, id, 0, started_at, operator_id, search_vector(search_digits(phone)) FROM calls
  WHERE phone <> '' AND callback_id IS NULL
) everything ORDER BY at
"""


def install(connection: Connection) -> bool:
    """Make what is not there; tell whether the index is new."""
    found = connection.exec_driver_sql("SELECT 1 FROM pg_indexes WHERE indexname = 'ix_search_entries_words'").first()
    connection.exec_driver_sql(_escaped(FUNCTIONS))
    for table, function, change in _TRIGGERS:
        acts = " OR ".join(act for act in ("INSERT", "DELETE", change) if act)
        connection.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER {function} AFTER {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    _make_indexes(connection)
    return found is None


def fill(connection: Connection) -> None:
    """Forget all entries and make them again; the index is made after them, which is quicker."""
    connection.exec_driver_sql("TRUNCATE search_entries")
    for name in _INDEXES:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
    connection.exec_driver_sql(_FILL)
    _make_indexes(connection)
    connection.exec_driver_sql("ANALYZE search_entries")


def _make_indexes(connection: Connection) -> None:
    for name, of in _INDEXES.items():
        connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON search_entries USING gin (words) WHERE {of}")


def _escaped(statement: str) -> str:
    return statement.replace("%", "%%")
