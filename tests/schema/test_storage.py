"""SQLite under a lock of another process: whoever waits does so briefly enough, and is told."""

import contextlib
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
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


def test_writers_who_wait_are_committed_together_and_a_failed_one_is_taken_back_alone(tmp_path: Path) -> None:
    told: list[int] = []
    bus = Bus()
    bus.after(int, told.append)
    opened = Storage(f"sqlite:///{tmp_path / 'many.db'}", bus)
    with opened.begin() as tx:
        tx.execute(text("CREATE TABLE notes (id INTEGER)"))
    commits: list[Any] = []
    event.listen(opened.engine, "commit", commits.append)
    everybody_waits = threading.Event()

    def write(number: int) -> None:
        with contextlib.suppress(ZeroDivisionError), opened.begin() as tx:
            tx.execute(text("INSERT INTO notes VALUES (:number)"), {"number": number})
            tx.record(number)
            everybody_waits.wait(5)
            if number == 7:
                raise ZeroDivisionError

    writers = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for writer in writers:
        writer.start()
    until = time.monotonic() + 5
    while opened.waiting < 19 and time.monotonic() < until:
        time.sleep(0.01)
    everybody_waits.set()
    for writer in writers:
        writer.join()
    with opened.read() as tx:
        kept = [number for (number,) in tx.execute(text("SELECT id FROM notes"))]
    assert kept == told
    assert sorted(kept) == [number for number in range(20) if number != 7]
    assert len(commits) < 10


def test_an_ack_needs_a_commit_that_was_one(tmp_path: Path) -> None:
    opened = Storage(f"sqlite:///{tmp_path / 'gone.db'}", Bus())
    with opened.begin() as tx:
        tx.execute(text("CREATE TABLE notes (id INTEGER)"))

    def lose_all() -> None:
        with opened.begin() as tx:
            tx.execute(text("INSERT INTO notes VALUES (1)"))
            tx.execute(text("ROLLBACK"))  # as SQLite does by itself when the disk is full
            tx.execute(text("SAVEPOINT sa_savepoint_1"))

    with pytest.raises(OperationalError):
        lose_all()
    with opened.begin() as tx:
        assert tx.execute(text("SELECT count(*) FROM notes")).scalar() == 0


def test_who_fails_over_what_another_wrote_can_read_it_then(tmp_path: Path) -> None:
    opened = Storage(f"sqlite:///{tmp_path / 'group.db'}", Bus())
    with opened.begin() as tx:
        tx.execute(text("CREATE TABLE notes (id INTEGER)"))
    refused, seen, last_may_go = threading.Event(), [], threading.Event()

    def count(tx: Any) -> int:
        return int(tx.execute(text("SELECT count(*) FROM notes")).scalar())

    def second() -> None:
        try:
            with opened.begin() as tx:
                assert count(tx) == 0
        except AssertionError:
            refused.set()
            with opened.read() as tx:
                seen.append(count(tx))
            last_may_go.set()

    def third() -> None:
        with opened.begin():
            last_may_go.wait(0.5)  # the second has left, and nothing is committed yet

    threads = [threading.Thread(target=one) for one in (second, third)]
    with opened.begin() as tx:
        tx.execute(text("INSERT INTO notes VALUES (1)"))
        for number, thread in enumerate(threads, 1):
            thread.start()
            while opened.waiting < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    assert refused.is_set()
    assert seen == [1]
    opened.close()
