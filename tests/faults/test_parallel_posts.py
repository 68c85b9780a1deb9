"""Fifty posts at once to a real server, over real connections: one key is one callback, whatever the database."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import bearer
from tests.running import RunningServer
from tests.seeding import CHEAP, Cast, house_on, seed
from widget_server.house import build
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.settings import load_settings

Post = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def house(tmp_path: Path, postgres_url: str | None, database_url: str) -> Iterator[House]:
    data = tmp_path / "data"
    settings = load_settings({}, database_url=database_url, data_dir=str(data))
    made = build(settings, hasher=CHEAP) if postgres_url else house_on(data)
    yield made
    made.storage.close()


@pytest.fixture
def cast(house: House) -> Cast:
    return seed(house)


@pytest.fixture
def post(house: House, cast: Cast, tmp_path: Path, postgres_url: str | None) -> Iterator[Post]:
    options = {"LIMIT_CALLBACKS_PER_VISITOR": "5/hour"} | ({"DATABASE_URL": postgres_url} if postgres_url else {})
    running = RunningServer(tmp_path / "data", options=options).start()
    who, consent = bearer(), {"version": cast.site.consent["version"], "accepted": True}

    def send(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        house.operators.sign_of_life(cast.anna.id)
        request = urllib.request.Request(f"{running.url}/w/v1/{path}?site=demo", json.dumps(body).encode(), who)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def ask(key: str, phone: str = "+79123456789") -> tuple[int, dict[str, Any]]:
        return send("callbacks", {"key": key, "phone": phone, "due_at": None, "consent": consent})

    assert send("hello", {"context": {}})[0] == 200
    yield ask
    running.stop()


def at_once(act: Callable[[int], Any], times: int) -> list[Any]:
    """Do it so many times at the same moment; return what came of each."""
    ready, answers = threading.Barrier(times), []

    def one(n: int) -> None:
        ready.wait()
        answers.append(act(n))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_fifty_posts_with_one_key_are_one_callback_and_count_once(post: Post, house: House, cast: Cast) -> None:
    key = new_id()
    answers = at_once(lambda n: post(key), 50)
    assert {status for status, _ in answers} == {200}
    assert len({body["callback"]["id"] for _, body in answers}) == 1
    assert house.guard_desk.overview(cast.site).admitted == 1
    status, body = post(key, "+79133456789")
    assert (status, body["error"]["code"], bool(body["error"]["message"])) == (409, "key_reused", True)


def test_a_cap_holds_against_thirty_at_once_and_a_double_tap_calls_once(post: Post, house: House, cast: Cast) -> None:
    """A tap that sends two keys is refused the second by the number that is in flight."""
    answers = at_once(lambda n: post(new_id()), 2)
    assert sorted(status for status, _ in answers) == [200, 409]
    assert [body["error"]["code"] for status, body in answers if status == 409] == ["already_calling"]
    answers = at_once(lambda n: post(new_id(), f"+79123{n:02}6789"), 30)
    refused = [body["error"]["code"] for status, body in answers if status != 200]
    assert refused == ["too_many_callbacks"] * 26
    assert house.guard_desk.overview(cast.site).admitted == 5
