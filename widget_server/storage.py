"""The database: one engine, one unit of work, the events a transaction made."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from widget_server.kernel.bus import Bus

# SQLite waits for a lock with the whole process; so it waits briefly, and this module waits for the rest.
LOCK_SECONDS = 10
LOOK_SECONDS = 0.05

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment on every database (SQLite keeps no zone of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Tx:
    """One open transaction and the events it has recorded."""

    def __init__(self, connection: Connection, bus: Bus) -> None:
        self.connection = connection
        self.events: list[object] = []
        self._bus = bus

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def insert_new(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert one row unless a unique key says it is there already; tell whether it was new."""
        insert = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(table).values(**values).on_conflict_do_nothing()
        return self.execute(statement.execution_options(preserve_rowcount=True)).rowcount == 1

    def record(self, made: object) -> None:
        """Note an event; its *within* reactions run here and now, its *after* reactions once committed."""
        self.events.append(made)
        self._bus.run_within(self, made)


class Storage:
    """Opens transactions on one database.

    ``begin`` writes (SQLite: one writer at a time, queued in the process, ``BEGIN IMMEDIATE``), ``read`` only reads.
    """

    def __init__(self, url: str, bus: Bus) -> None:
        self.bus = bus
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = threading.Lock()
        self._open = threading.local()

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        if getattr(self._open, "writes", False):
            raise RuntimeError("a transaction is already open here: pass its tx on instead of opening a second one")
        self._open.writes = True
        try:
            with self._turn(), self.engine.connect() as plain:
                connection = plain.execution_options(writes=True)
                with connection.begin():
                    tx = Tx(connection, self.bus)
                    yield tx
        finally:
            self._open.writes = False
        self.bus.publish(tx.events)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Be the process's one writer on SQLite; the line does not wait for ever either."""
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=LOCK_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("database is locked"))
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self.engine.connect() as connection, connection.begin():
            yield Tx(connection, self.bus)

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=20, max_overflow=20, pool_pre_ping=True)
    engine = create_engine(url, pool_size=20, max_overflow=20)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are opened by _begin_sqlite, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=100"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:  # another process writes
            if "locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(LOOK_SECONDS)
