import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from widget_server.beacon.batcher import Batcher
from widget_server.kernel.errors import TryAgain


def at_once(count: int, call: Callable[[int], None]) -> list[Exception]:
    errors: list[Exception] = []

    def run(number: int) -> None:
        try:
            call(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    return errors


def test_concurrent_items_share_commits_and_none_is_lost() -> None:
    batches: list[list[int]] = []
    batcher = Batcher[int](lambda batch: batches.append(list(batch)), gather=timedelta(milliseconds=30))
    assert at_once(40, batcher.submit) == []
    assert sorted(number for batch in batches for number in batch) == list(range(40))
    assert len(batches) < 20


def test_a_full_batch_does_not_wait() -> None:
    batcher = Batcher[int](lambda batch: None, gather=timedelta(seconds=30), most=5)
    assert at_once(5, batcher.submit) == []


def test_a_bad_item_does_not_fail_the_others() -> None:
    written: list[int] = []

    def commit(batch: Sequence[int]) -> None:
        if 3 in batch:
            raise ValueError("three")
        written.extend(batch)

    errors = at_once(8, Batcher[int](commit, gather=timedelta(milliseconds=50)).submit)
    assert [str(error) for error in errors] == ["three"]
    assert sorted(written) == [0, 1, 2, 4, 5, 6, 7]


def test_whoever_finds_the_line_full_is_told_to_try_again() -> None:
    gate = threading.Event()

    def commit(batch: Sequence[int]) -> None:
        gate.wait(5)

    batcher = Batcher[int](commit, gather=timedelta(0), line=1)
    first = threading.Thread(target=batcher.submit, args=(1,))
    first.start()
    while batcher._waiting:
        pass
    second = threading.Thread(target=batcher.submit, args=(2,))
    second.start()
    while not batcher._waiting:
        pass
    with pytest.raises(TryAgain):
        batcher.submit(3)
    gate.set()
    first.join(5)
    second.join(5)
    assert not second.is_alive()


def test_a_leader_who_is_killed_leaves_nobody_waiting() -> None:
    def commit(batch: Sequence[int]) -> None:
        raise SystemExit

    batcher = Batcher[int](commit)
    with pytest.raises(SystemExit):
        batcher.submit(1)
    assert not batcher._led
