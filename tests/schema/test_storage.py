"""SQLite under a lock of another process: whoever waits does so briefly enough, and is told."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from widget_server import storage as module
from widget_server.kernel.bus import Bus
from widget_server.storage import Storage


def open_with_lock(tmp_path: Path) -> tuple[Storage, sqlite3.Connection]:
    opened = Storage(f"sqlite:///{tmp_path / 'lock.db'}", Bus())
    with opened.begin() as tx:
        tx.execute(text("CREATE TABLE notes (id INTEGER)"))
    other = sqlite3.connect(tmp_path / "lock.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return opened, other


def test_a_lock_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    opened, other = open_with_lock(tmp_path)
    threading.Timer(0.4, lambda: other.execute("ROLLBACK")).start()
    with opened.begin() as tx:
        tx.execute(text("INSERT INTO notes VALUES (1)"))
    with opened.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM notes")).scalar() == 1


def test_a_lock_that_stays_is_an_error_for_everybody_in_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.3)
    opened, other = open_with_lock(tmp_path)
    errors: list[Exception] = []

    def write() -> None:
        try:
            with opened.begin():
                pass
        except OperationalError as error:
            errors.append(error)

    began, writers = time.monotonic(), [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    other.execute("ROLLBACK")
    assert len(errors) == 6
    assert time.monotonic() - began < 2
    with opened.begin():
        pass
