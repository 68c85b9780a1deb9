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

from widget_server.aside import run_aside
from widget_server.kernel.bus import Bus

# SQLite waits for a lock with the whole process; so it waits briefly, and this module waits for the rest.
LOCK_SECONDS = 10
LOOK_SECONDS = 0.05
MOST_TOGETHER, LONGEST_TOGETHER = 64, 0.02

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


class Group:
    """Transactions that are committed together: all of them, or none."""

    def __init__(self, engine: Engine, bus: Bus) -> None:
        self.connection = engine.connect().execution_options(writes=True)
        self.parts: list[Tx] = []
        self._bus = bus
        self._since = time.monotonic()
        self._error: BaseException | None = None
        self._committed, self._settled = threading.Event(), threading.Event()
        self._teller = threading.Lock()
        try:
            self._outer = self.connection.begin()
        except BaseException:
            self.connection.close()
            raise

    @property
    def is_full(self) -> bool:
        return len(self.parts) >= MOST_TOGETHER or time.monotonic() - self._since > LONGEST_TOGETHER

    @contextmanager
    def part(self) -> Iterator[Tx]:
        """Run one transaction in it; what fails is taken back alone."""
        tx = Tx(self.connection, self._bus)
        with self.connection.begin_nested():
            yield tx
        self.parts.append(tx)

    def commit(self) -> None:
        try:
            self._end()
        except BaseException as error:
            self._error = error
        finally:
            self.connection.close()
            self._committed.set()

    def _end(self) -> None:
        if not self.parts:
            self._outer.rollback()
        elif self.connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]  # it is SQLite's
            run_aside(self._outer.commit)  # waiting for the disk must not hold up the loop
        else:  # a full disk takes back all at once, and committing nothing would be no error
            self._outer.rollback()
            raise OperationalError("COMMIT", None, RuntimeError("the transaction is gone"))

    def wait(self) -> None:
        """Wait for the commit: a part may have failed over what another part wrote, and is then asked what that was.

        Raises
        ------
        Exception
            If what it failed over was not committed in the end.
        """
        self._committed.wait()
        if self._error is not None:
            raise self._error

    def settle(self) -> None:
        """Wait for the commit; whoever comes first tells what was made, in its order."""
        self.wait()
        if not self._teller.acquire(blocking=False):
            self._settled.wait()
            return
        try:
            for tx in self.parts:
                self._bus.publish(tx.events)
        finally:
            self._settled.set()


class Line:
    """The process's writers on SQLite, one after the other. Who leaves while others wait lets them go on in the same
    transaction: one commit, one wait for the disk, for all of them."""

    def __init__(self, engine: Engine, bus: Bus) -> None:
        self._engine, self._bus = engine, bus
        self._turn = threading.Lock()
        self.waiting = 0
        self._group: Group | None = None

    @contextmanager
    def part(self) -> Iterator[tuple[Tx, Group]]:
        self._take_turn()
        group = None
        try:
            try:
                group = self._group = self._group or Group(self._engine, self._bus)
                with group.part() as tx:
                    yield tx, group
            finally:
                self._leave()
        except BaseException:
            if group is not None:
                group.wait()
            raise

    def _take_turn(self) -> None:
        """The line does not wait for ever."""
        self.waiting += 1
        is_mine = False
        try:
            is_mine = self._turn.acquire(timeout=LOCK_SECONDS)
        finally:
            self.waiting -= 1
            if not is_mine and self._turn.acquire(blocking=False):
                self._leave()
        if not is_mine:
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("database is locked"))

    def _leave(self) -> None:
        group = self._group
        try:
            if group is not None and (not self.waiting or group.is_full):
                self._group = None
                group.commit()
        finally:
            self._turn.release()


class Storage:
    """Opens transactions on one database.

    ``begin`` writes (SQLite: one writer at a time, queued in the process, ``BEGIN IMMEDIATE``), ``read`` only reads.
    """

    def __init__(self, url: str, bus: Bus) -> None:
        self.bus = bus
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._line = Line(self.engine, bus)
        self._open = threading.local()

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        if getattr(self._open, "writes", False):
            raise RuntimeError("a transaction is already open here: pass its tx on instead of opening a second one")
        self._open.writes = True
        try:
            if self.is_sqlite:
                with self._line.part() as (tx, group):
                    yield tx
            else:
                with self.engine.connect() as connection, connection.begin():
                    tx = Tx(connection, self.bus)
                    yield tx
        finally:
            self._open.writes = False
        if self.is_sqlite:
            group.settle()
        else:
            self.bus.publish(tx.events)

    @property
    def waiting(self) -> int:
        """Return how many writers of this process wait for their turn (SQLite)."""
        return self._line.waiting

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
