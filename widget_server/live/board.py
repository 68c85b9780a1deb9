"""Who is on the sites now: in this process, or in Redis where there are several. Nothing of it is written down."""

import json
from datetime import datetime, timedelta
from typing import Any, Protocol

from redis import Redis, RedisError

GONE_AFTER = timedelta(seconds=50)  # two beats may be lost
Entry = dict[str, Any]


class Board(Protocol):
    """``say`` leaves a word for a visitor's next beat, ``hear`` takes it."""

    def find(self, site_id: str, visitor_id: str) -> Entry | None: ...

    def put(self, site_id: str, visitor_id: str, entry: Entry, at: datetime) -> None: ...

    def list_here(self, site_id: str, at: datetime) -> dict[str, Entry]: ...

    def say(self, site_id: str, visitor_id: str, word: dict[str, Any]) -> None: ...

    def hear(self, site_id: str, visitor_id: str) -> dict[str, Any] | None: ...


class MemoryBoard:
    """For one process."""

    def __init__(self) -> None:
        self._sites: dict[str, dict[str, tuple[datetime, Entry]]] = {}
        self._words: dict[tuple[str, str], dict[str, Any]] = {}

    def find(self, site_id: str, visitor_id: str) -> Entry | None:
        found = self._sites.get(site_id, {}).get(visitor_id)
        return found[1] if found else None

    def put(self, site_id: str, visitor_id: str, entry: Entry, at: datetime) -> None:
        self._sites.setdefault(site_id, {})[visitor_id] = (at, entry)
        if len(self._sites[site_id]) % 100 == 0:
            self.list_here(site_id, at)

    def list_here(self, site_id: str, at: datetime) -> dict[str, Entry]:
        here = {one: known for one, known in self._sites.get(site_id, {}).items() if at - known[0] < GONE_AFTER}
        self._sites[site_id] = here
        return {one: entry for one, (_, entry) in here.items()}

    def say(self, site_id: str, visitor_id: str, word: dict[str, Any]) -> None:
        self._words[site_id, visitor_id] = word

    def hear(self, site_id: str, visitor_id: str) -> dict[str, Any] | None:
        return self._words.pop((site_id, visitor_id), None)


class RedisBoard:
    """For several processes. A Redis that is away costs the list, never a page of the site."""

    def __init__(self, url: str) -> None:
        self._redis: Any = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def find(self, site_id: str, visitor_id: str) -> Entry | None:
        raw = self._try("hget", f"live:{site_id}", visitor_id)
        return json.loads(raw)["entry"] if raw else None

    def put(self, site_id: str, visitor_id: str, entry: Entry, at: datetime) -> None:
        self._try("hset", f"live:{site_id}", visitor_id, json.dumps({"at": at.timestamp(), "entry": entry}))
        self._try("expire", f"live:{site_id}", 3600)

    def list_here(self, site_id: str, at: datetime) -> dict[str, Entry]:
        raw = self._try("hgetall", f"live:{site_id}") or {}
        known = {name.decode(): json.loads(value) for name, value in raw.items()}
        gone = [name for name, one in known.items() if at.timestamp() - one["at"] >= GONE_AFTER.total_seconds()]
        if gone:
            self._try("hdel", f"live:{site_id}", *gone)
        return {name: one["entry"] for name, one in known.items() if name not in gone}

    def say(self, site_id: str, visitor_id: str, word: dict[str, Any]) -> None:
        self._try("set", f"live-word:{site_id}/{visitor_id}", json.dumps(word), ex=300)

    def hear(self, site_id: str, visitor_id: str) -> dict[str, Any] | None:
        raw = self._try("getdel", f"live-word:{site_id}/{visitor_id}")
        return json.loads(raw) if raw else None

    def _try(self, command: str, *args: Any, **options: Any) -> Any:
        try:
            return getattr(self._redis, command)(*args, **options)
        except RedisError:
            return None


def make_board(redis_url: str) -> Board:
    return RedisBoard(redis_url) if redis_url else MemoryBoard()
