"""Four hundred days of a busy site, written by the database itself: views, taps, calls, callbacks, experiments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from tests.seeding import Cast
from widget_server.rooms import House
from widget_server.search import index
from widget_server.trials import store
from widget_server.trials.model import Draft, Experiment, Variant

DAYS, VIEWS_EACH, TOGETHER = 400, 4, 40  # experiments that run at the same time
DEVICES = ("phone", "phone", "desktop", "tablet", "phone", "desktop", "desktop")
SOURCES = (("yandex", "cpc"), ("google", "cpc"), ("vk", "social"), ("", ""), ("mail", "email"))
OUTCOMES = ("talked",) * 7 + ("missed", "nobody", "no_answer")
TALKS = (20, 45, 90, 130, 170, 200, 400, 700)  # seconds
PAGES, CALLERS, AT_ONCE = 300, 50_000, 500_000
QUICK = {  # nobody else is there, and what a power cut takes is written anew
    "sqlite": ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -500000"),
    "postgresql": ("SET session_replication_role = replica",),
}


@dataclass(frozen=True)
class Crowd:
    """``start``: when the first thing happened; the last one has just happened."""

    start: datetime
    events: int
    calls: int
    experiments: int

    @property
    def visitors(self) -> int:
        return self.events // VIEWS_EACH


def fill(house: House, cast: Cast, crowd: Crowd) -> None:
    engine = house.storage.engine
    with house.storage.begin() as tx:
        for experiment in _experiments(cast, crowd):
            store.insert_experiment(tx, experiment)
    sql = _Sql(engine, cast, crowd)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SELECT 1")
        driver: Any = connection.connection.driver_connection
        if house.storage.is_sqlite:
            driver.isolation_level = None  # ends the transaction that stands open: the PRAGMAs want none
        run = driver.execute
        for statement in QUICK[engine.dialect.name]:
            run(statement)
        for name in index.triggers(connection) if house.storage.is_sqlite else ():
            run(f"DROP TRIGGER {name}")
        for statement in sql.statements():
            run(statement)
        run("ANALYZE")
        connection.invalidate()
    with engine.begin() as connection:
        index.install(connection)


def _experiments(cast: Cast, crowd: Crowd) -> Iterator[Experiment]:
    """Groups of tests that run beside each other, one group after the other; the last one runs now."""
    span = timedelta(days=DAYS) / (crowd.experiments // TOGETHER)
    shares = (Variant("a", "as it is", 0.5, {}), Variant("b", "new", 0.5, {"placement": "bottom-left"}))
    for number in range(crowd.experiments):
        group = number // TOGETHER
        is_last = group == crowd.experiments // TOGETHER - 1
        began = crowd.start + group * span
        ends = began + span + timedelta(days=14 if is_last else 0)
        draft = Draft(f"Test {number}", "tap", ("placement",), shares, 0.2, 14, 1.0, 0.1, 1000.0)
        yield Experiment(
            id=f"x{number:025}",
            site_id=cast.site.id,
            key=f"test-{number}",
            state="running" if is_last else "stopped",
            draft=draft,
            planned_visitors=2000,
            started_at=began,
            ends_at=ends,
            stopped_at=None if is_last else ends,
            created_at=began,
            created_by=cast.owner.id,
        )


class _Sql:
    """The same rows in the words of either database; ``i`` counts them."""

    def __init__(self, engine: Engine, cast: Cast, crowd: Crowd) -> None:
        self._lite = engine.dialect.name == "sqlite"
        self._cast, self._crowd = cast, crowd
        self._false = "0" if self._lite else "false"

    def statements(self) -> Iterator[str]:
        crowd, site = self._crowd, f"'{self._cast.site.id}'"
        at = self._at("i", crowd.events)
        visitor = self._id("v", f"i / {VIEWS_EACH}")
        source, device = self._source(f"i / {VIEWS_EACH}"), self._pick(DEVICES, f"i / {VIEWS_EACH}")
        page = f"'https://shop.example/p' || (i * 7 % {PAGES}) || '?utm_source=x'"
        kind = "CASE WHEN i % 20 = 3 THEN 'tap' WHEN i % 20 = 7 THEN 'exposure' ELSE 'view' END"
        yield from self._insert(
            "beacon_events (id, site_id, visitor_id, type, at, page, device, utm, is_bot)",
            f"{self._id('e', 'i')}, {site}, {visitor}, {kind}, {at}, {page}, {device}, {source}, {self._false}",
            crowd.events,
        )
        at = self._at(f"i * {VIEWS_EACH}", crowd.events)
        group = f"(i / {-(-crowd.visitors // (crowd.experiments // TOGETHER))})"
        experiment = self._id("x", f"({group} * {TOGETHER} + i % {TOGETHER})")
        yield from self._insert(
            "exposures (experiment_id, visitor_id, variant, at, device, is_bot, crossed)",
            f"{experiment}, {self._id('v', 'i')}, CASE WHEN i / 40 % 2 = 0 THEN 'a' ELSE 'b' END, {at}, "
            f"{device.replace(f'i / {VIEWS_EACH}', 'i')}, {self._false}, {self._false}",
            crowd.visitors,
        )
        acts = crowd.visitors // 4
        at = self._at(f"(i * {VIEWS_EACH * 4} + 1)", crowd.events)
        yield from self._insert(
            "acts (id, site_id, visitor_id, metric, at, noted_at)",
            f"{self._id('tap:', 'i')}, {site}, {self._id('v', '(i * 4)')}, 'tap', {at}, {at}",
            acts,
        )
        yield from self._calls(site)

    def _calls(self, site: str) -> Iterator[str]:
        count, cast = self._crowd.calls, self._cast
        at, outcome = self._at("i", count), self._pick(OUTCOMES, "i")
        talk, is_talk = self._number(TALKS, "i"), "i % 10 < 7"
        inbound, consent = "i % 3 <> 0", site
        taken = self._pick((cast.anna.id, cast.boris.id), "i")
        yield from self._insert(
            "calls (id, site_id, direction, phone, operator_id, state, started_at, connected_at, talked_at, ended_at,"
            " outcome, callback_id)",
            f"{self._id('c', 'i')}, {site}, CASE WHEN {inbound} THEN 'inbound' ELSE 'callback' END, "
            f"'+7495' || (1000000 + i * 31 % {CALLERS}), CASE WHEN {is_talk} THEN {taken} END, 'ended', {at}, "
            f"CASE WHEN {is_talk} THEN {self._at('i', count, '9')} END, "
            f"CASE WHEN {is_talk} THEN {self._at('i', count, '9')} END, {self._at('i', count, f'9 + {talk}')}, "
            f"{outcome}, CASE WHEN {inbound} THEN NULL ELSE {self._id('b', 'i')} END",
            count,
        )
        device, known = self._pick(DEVICES, "i"), "i % 4 = 0"
        context = (
            f"""'{{"device": "' || {device} || '", "utm": ' || {self._source("i", raw=True)} || ', """
            f""""page": "https://shop.example/p' || (i % {PAGES}) || '"}}'"""
        )
        context = context if self._lite else f"({context})::json"
        yield (
            "INSERT INTO consents (id, site_id, visitor_id, text, version, language, address, at) "
            f"VALUES ({consent}, {site}, 'v', '', '1', 'ru', '', {self._at('0', count)})"
        )
        yield from self._insert(
            "call_facts (call_id, context, known)", f"{self._id('c', 'i')}, {context}, {known}", count
        )
        number = self._pick(tuple(one.id for one in cast.site.numbers), "i")
        yield from self._insert(
            "inbound_calls (call_id, site_id, number_id, use, match, at, tries, needs_person)",
            f"{self._id('c', 'i')}, {site}, {number}, 'static', 'none', {at}, 1, {self._false}",
            count,
            inbound,
        )
        yield from self._insert(
            "callbacks (id, site_id, visitor_id, key, body_hash, phone, state, attempt, requested_at, changed_at, "
            "consent_id, context, needs_person)",
            f"{self._id('b', 'i')}, {site}, {self._id('v', 'i')}, {self._id('k', 'i')}, '', "
            f"'+7495' || (1000000 + i * 31 % {CALLERS}), 'completed', 1, {at}, {at}, {consent}, {context}, "
            f"{self._false}",
            count,
            f"NOT {inbound}",
        )

    def _insert(self, into: str, chosen: str, count: int, where: str = "true") -> Iterator[str]:
        for first in range(0, count, AT_ONCE):
            last = min(first + AT_ONCE, count) - 1
            numbers = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
            if not self._lite:
                numbers = f"WITH n AS (SELECT generate_series({first}::bigint, {last}) AS i)"
            yield f"INSERT INTO {into} {numbers} SELECT {chosen} FROM n WHERE {where}"

    def _at(self, number: str, count: int, later: str = "0") -> str:
        """Spread ``count`` moments evenly over the days."""
        start, step = self._crowd.start.timestamp(), DAYS * 86400 / count
        seconds = f"({start:.0f} + {number} * {step:.9f} + {later})"
        if self._lite:
            return f"strftime('%Y-%m-%d %H:%M:%f000', {seconds}, 'unixepoch')"
        return f"to_timestamp(trunc({seconds}, 3))"

    def _id(self, letter: str, number: str) -> str:
        width = 26 - len(letter)
        padded = f"printf('%0{width}d', {number})" if self._lite else f"lpad(({number})::text, {width}, '0')"
        return f"'{letter}' || {padded}"

    def _pick(self, words: tuple[str, ...], number: str) -> str:
        whens = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
        return f"CASE ({number}) % {len(words)} {whens} END"

    def _number(self, values: tuple[int, ...], number: str) -> str:
        return self._pick(tuple(str(value) for value in values), number).replace("'", "")

    def _source(self, number: str, *, raw: bool = False) -> str:
        said = tuple(f'{{"source": "{one}", "medium": "{two}"}}' if one else "{}" for one, two in SOURCES)
        picked = self._pick(said, number)
        return picked if self._lite or raw else f"({picked})::json"
