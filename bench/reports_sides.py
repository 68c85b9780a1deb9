"""What ``bench.reports`` sets against each other: pages of the product, bare queries, plain counts, query plans."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from bench.reports_crowd import TOGETHER, Crowd
from tests.seeding import PASSWORD
from widget_server.app import create_app
from widget_server.reports.model import Period, day_span
from widget_server.rooms import House
from widget_server.sites.model import Site

RAW = ("beacon_events", "calls", "call_facts", "inbound_calls", "callbacks", "exposures", "acts", "messages")
SAMPLED = 5  # days that are held against a plain count
PERIODS = (7, 30, 90, 400)


class Pages:
    """The console with its owner logged in, in this process."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._browser: FlaskClient = create_app(house).test_client()
        page = self._browser.get("/console/login").get_data(as_text=True)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": "olga@demo.example", "password": PASSWORD}
        self._browser.post("/console/login", data=form)

    def get(self, path: str) -> str:
        answer = self._browser.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        return answer.get_data(as_text=True)


@dataclass(frozen=True)
class Asked:
    """A page and its bare query. ``reads``: the raw tables of which a page may read a part, by an index."""

    name: str
    path: str
    bare: Callable[[], object]
    reads: tuple[str, ...] = ()


class Bare:
    """One connection that asks the least."""

    def __init__(self, house: House, site: Site, crowd: Crowd) -> None:
        self._connection = house.storage.engine.connect()
        self._site, self._crowd = site, crowd
        self._today = house.reports.figures.today(site)

    def questions(self) -> Iterator[Asked]:
        for days in PERIODS:
            first = self._today - timedelta(days=days - 1)
            path = f"/console/reports?first={first}&last={self._today}"
            yield Asked(f"reports, {days} days", path, self._figures(first, days))
        first = self._today - timedelta(days=29)
        for wish, where in WISHES.items():
            path = f"/console/reports/calls?first={first}&last={self._today}&{wish}"
            yield Asked(f"calls behind a figure, {wish}", path, self._calls(first, where), CALLS)
        shown = range(self._crowd.experiments - TOGETHER, self._crowd.experiments - TOGETHER + 25)
        bare = [self._experiment(number) for number in shown]
        yield Asked("experiments", "/console/experiments", lambda: [one() for one in bare], TRIALS)

    def of_experiment(self, number: int) -> Asked:
        path = f"/console/experiments/x{number:025}"
        return Asked(f"experiment {number}", path, self._experiment(number), TRIALS)

    def _ask(self, sql: str, values: Mapping[str, Any]) -> list[Any]:
        try:
            return list(self._connection.execute(text(sql), values))
        finally:
            self._connection.rollback()

    def _figures(self, first: date, days: int) -> Callable[[], object]:
        """Sum every figure of every dimension up, for the period and the one before it."""
        values = {"site": self._site.id, "last": self._today, "first": first, "before": first - timedelta(days=days)}
        summed = ", ".join(f"sum({name})" for name in ("visitors", "views", "calls", "talked", "missed", "callbacks"))
        own = f"SELECT dimension, key, {summed} FROM day_figures WHERE site_id = :site AND dimension"
        names = "('hour', 'device', 'source', 'number', 'operator', 'page', 'known')"
        now = f"{own} IN {names} AND day BETWEEN :first AND :last GROUP BY dimension, key"
        before = f"{own} = 'all' AND day BETWEEN :before AND :last GROUP BY dimension, key"
        bound = {name: str(value) for name, value in values.items()}
        return lambda: (
            self._ask(now, bound if self._lite else values),
            self._ask(before, bound if self._lite else values),
        )

    @property
    def _lite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def _calls(self, first: date, where: str) -> Callable[[], object]:
        """Count the calls that fit, and list the newest 200."""
        since, until = day_span(first, self._site.zone)[0], day_span(self._today, self._site.zone)[1]
        local = "started_at, '+3 hours'" if self._lite else "started_at AT TIME ZONE 'Europe/Moscow'"
        hour = f"strftime('%H', {local}) = '11'" if self._lite else f"extract(hour FROM {local}) = 11"
        weekday = f"strftime('%w', {local}) = '2'" if self._lite else f"extract(dow FROM {local}) = 2"
        device = "json_extract(context, '$.device')" if self._lite else "context ->> 'device'"
        source = "json_extract(context, '$.utm.source')" if self._lite else "context -> 'utm' ->> 'source'"
        where = where.format(hour=hour, weekday=weekday, device=device, source=source)
        own = (
            "FROM calls LEFT JOIN call_facts ON call_facts.call_id = calls.id "
            f"WHERE site_id = :site AND started_at >= :since AND started_at < :until AND {where}"
        )
        moments: dict[str, Any] = {"since": since, "until": until}
        if self._lite:
            moments = {name: f"{at:%Y-%m-%d %H:%M:%S}.000000" for name, at in moments.items()}
        values = {"site": self._site.id, **moments}
        newest = f"SELECT * {own} ORDER BY started_at DESC LIMIT 200"
        return lambda: (self._ask(f"SELECT count(*) {own}", values), self._ask(newest, values))

    def _experiment(self, number: int) -> Callable[[], object]:
        """Count who saw each variant, and who of them tapped."""
        values = {"site": self._site.id, "id": f"x{number:025}"}
        seen = "SELECT variant, count(*) FROM exposures WHERE experiment_id = :id GROUP BY variant"
        acted = (
            "SELECT e.variant, a.metric, count(DISTINCT e.visitor_id) FROM exposures e JOIN acts a"
            " ON a.site_id = :site AND a.visitor_id = e.visitor_id AND a.at >= e.at"
            " WHERE e.experiment_id = :id GROUP BY e.variant, a.metric"
        )
        return lambda: (self._ask(seen, values), self._ask(acted, values))


CALLS, TRIALS = ("calls", "call_facts", "inbound_calls"), ("exposures", "acts")
WISHES = {
    "hour=11&weekday=1": "{hour} AND {weekday}",
    "device=phone": "{device} = 'phone'",
    "source=vk+/+social": "{source} = 'vk'",
    "result=missed": "outcome IN ('missed', 'nobody', 'declined', 'late', 'paused', 'lost')",
}


@dataclass(frozen=True)
class Reading:
    how: str
    statement: str


@dataclass
class Statements:
    """What was asked of the database, with its values."""

    engine: Engine
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def bad(self, may_read: tuple[str, ...]) -> tuple[Reading, ...]:
        """Return what reads a raw table from end to end, or reads one that the page has no business with."""
        found = []
        with self.engine.connect() as connection:
            for statement, values in self.asked:
                if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                    continue
                explain = "EXPLAIN QUERY PLAN " if self.engine.dialect.name == "sqlite" else "EXPLAIN "
                plan = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values)]
                found += [Reading(how, statement) for how in map(_judge(may_read), plan) if how]
        return tuple(found)


def _judge(may_read: tuple[str, ...]) -> Callable[[str], str]:
    def judge(step: str) -> str:
        words = step.replace("->", " ").split()
        named = [name for name in RAW if name in words or f"{name}_1" in words]
        if (words[:1] == ["SCAN"] and named) or ("Seq Scan on" in step and named):
            return f"all of {named[0]}"
        return f"{named[0]}, though it should read counted days" if named and named[0] not in may_read else ""

    return judge


@contextmanager
def readings(house: House) -> Iterator[Statements]:
    engine = house.storage.engine
    statements = Statements(engine)

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if not many:
            statements.asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


PLAIN = {
    "visitors": ("count(DISTINCT visitor_id)", "beacon_events", "at", "type = 'view' AND NOT is_bot"),
    "views": ("count(*)", "beacon_events", "at", "type = 'view' AND NOT is_bot"),
    "taps": ("count(*)", "beacon_events", "at", "type = 'tap' AND NOT is_bot"),
    "calls": ("count(*)", "calls", "started_at", "true"),
    "talked": ("count(*)", "calls", "started_at", "outcome = 'talked'"),
    "missed": ("count(*)", "calls", "started_at", WISHES["result=missed"]),
    "callbacks": ("count(*)", "callbacks", "requested_at", "true"),
}


def disagreements(house: House, site: Site) -> list[str]:
    """Hold counted days, spread over the whole time, against a plain count of what happened on them."""
    today = house.reports.figures.today(site)
    found = []
    for place in range(SAMPLED):
        day = today - timedelta(days=3 + place * 380 // SAMPLED)
        counted = house.reports.figures.count(site, Period(day, day), ("all",)).whole()
        since, until = day_span(day, site.zone)
        for name, (what, table, at, where) in PLAIN.items():
            own = f"site_id = :site AND {at} >= :since AND {at} < :until AND {where}"
            bounds: dict[str, Any] = {"since": since, "until": until}
            if house.storage.is_sqlite:
                bounds = {key: f"{one:%Y-%m-%d %H:%M:%S}.000000" for key, one in bounds.items()}
            with house.storage.read() as tx:
                plain = tx.execute(
                    text(f"SELECT {what} FROM {table} WHERE {own}"), {"site": site.id, **bounds}
                ).scalar()
            if getattr(counted, name) != plain or not plain:
                found.append(f"{day} {name}: counted {getattr(counted, name)}, by plain SQL {plain}")
    return found
