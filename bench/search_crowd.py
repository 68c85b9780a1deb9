"""A million messages of people who talk about windows: words of falling frequency, written in bulk."""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import insert

from tests.seeding import Cast
from widget_server.chat.model import Conversation
from widget_server.chat.store import conversations
from widget_server.rooms import House
from widget_server.search import index

IN_CONVERSATION, WORDS, BATCH = 50, 12, 20_000
# How often a word is looked for stands beside how often it is said: share of messages that hold it, about.
KNOWN = (("окна", 0.2), ("доставка", 0.05), ("балкон", 0.01), ("подоконник", 0.001), ("эркер", 0.00002))
_SYLLABLES = [first + second for first in "бвгджзклмнпрстфхцчш" for second in "аеиоу"]
_START = datetime(2024, 1, 1, tzinfo=UTC)
_COLUMNS = "conversation_id, seq, client_id, author, operator_id, name, body, at, kind, data"


def fill(house: House, cast: Cast, messages: int) -> None:
    """Write conversations and their messages; the index is left to ``search rebuild``."""
    engine = house.storage.engine
    with engine.begin() as connection:
        if house.storage.is_sqlite:
            for name in index.triggers(connection):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        raw = connection.connection.driver_connection
        rows = _rows(cast, messages)
        connection.execute(insert(conversations), list(_conversations(cast, messages // IN_CONVERSATION)))
        if house.storage.is_sqlite:
            raw.executemany(f"INSERT INTO messages ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        else:
            _copy(raw, f"messages ({_COLUMNS})", rows)
            connection.exec_driver_sql("SET session_replication_role = origin")
        index.install(connection)
    if not house.storage.is_sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _copy(raw: Any, table: str, rows: Any) -> None:
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _moment(number: int) -> str:
    return str(_START + timedelta(seconds=60 * number))[:19] + ".000000"


def _conversation_id(number: int) -> str:
    return f"conversation{number:014}".translate(str.maketrans("01", "xy"))


def _rows(cast: Cast, messages: int) -> Iterator[tuple[Any, ...]]:
    bodies, data = _bodies(messages), json.dumps({})
    for number, body in enumerate(bodies):
        of, seq = divmod(number, IN_CONVERSATION)
        author = ("operator", cast.anna.id, "Анна") if seq % 2 else ("visitor", None, None)
        yield _conversation_id(of), seq + 1, f"c{number:025}", *author, body, _moment(number), "text", data


def _conversations(cast: Cast, count: int) -> Iterator[dict[str, Any]]:
    new = Conversation("", cast.site.id, "", "open", *([IN_CONVERSATION] * 4), None, _START, _START)
    for number in range(count):
        yield {**asdict(new), "id": _conversation_id(number), "visitor_id": f"v{number:025}"}


def _bodies(count: int) -> Iterator[str]:
    dice = random.Random(7)
    words = sorted({"".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(20_000)})
    dice.shuffle(words)
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(words))))
    for _ in range(0, count, BATCH):
        drawn = dice.choices(words, cum_weights=weights, k=BATCH * WORDS)
        for at in range(0, len(drawn), WORDS):
            said = drawn[at : at + WORDS]
            for place, (word, share) in enumerate(KNOWN):
                if dice.random() < share:
                    said[place * 2] = word
            yield " ".join(said)
