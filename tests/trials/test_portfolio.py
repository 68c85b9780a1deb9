"""Several experiments together: all that ran to their end count, whatever came out, and nothing else does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import MONDAY_NOON
from tests.seeding import Cast, seed
from tests.tracking.conftest import owner
from tests.trials.conftest import B_SAYS, DRAFT
from widget_server.rooms import House
from widget_server.trials.evidence import Counts
from widget_server.trials.model import Experiment
from widget_server.trials.portfolio import end_of, make_entry, make_portfolio
from widget_server.trials.report import TrialReport, make_report

LogIn = Callable[[str], FlaskClient]
STARTED, ENDS = MONDAY_NOON, MONDAY_NOON + timedelta(days=14)


def report(
    a: int, b: int, of: int = 10_000, metric: str = "answered_call", days: int = 20, stopped: bool = False, **more: int
) -> TrialReport:
    draft = replace(DRAFT, metric=metric)
    state = "stopped" if stopped else "running"
    stopped_at = STARTED + timedelta(days=3) if stopped else None
    experiment = Experiment("x", "site", "cta-x", state, draft, 20_000, STARTED, ENDS, stopped_at, STARTED, "op")  # type: ignore[arg-type]
    counts = Counts({"a": of, "b": more.get("of_b", of)}, {metric: {"a": a, "b": b}})
    return make_report(experiment, counts, STARTED + timedelta(days=days))


WON, LOST, NOTHING = report(200, 300), report(300, 200), report(200, 205)
RUNNING, STOPPED, BROKEN = report(200, 300, days=5), report(200, 300, stopped=True), report(200, 300, of_b=13_000)


def test_every_test_has_one_end() -> None:
    assert [end_of(one) for one in (WON, LOST, NOTHING)] == ["won", "lost", "nothing"]
    assert [end_of(one) for one in (RUNNING, STOPPED, BROKEN)] == ["running", "stopped", "broken"]


def test_losers_count_as_winners_do_and_what_did_not_end_does_not() -> None:
    (brought,) = make_portfolio([WON, LOST, NOTHING, RUNNING, STOPPED, BROKEN]).brought
    assert (brought.experiments, round(brought.gain[0])) == (3, 105 - 100)
    assert brought.gain[1] < 0 < brought.gain[2]


def test_a_gain_is_the_difference_among_those_who_saw_it() -> None:
    gain = make_entry(WON).gain
    assert gain is not None
    assert round(gain[0]) == 100
    assert 50 < gain[1] < 100 < gain[2] < 150


def test_different_acts_are_not_added() -> None:
    found = make_portfolio([WON, report(40, 90, metric="order")])
    assert [(one.metric, round(one.gain[0])) for one in found.brought] == [("order", 50), ("answered_call", 100)]


def test_a_winner_is_likely_to_bring_less_than_was_seen() -> None:
    likely = make_entry(WON).likely_lift
    assert likely is not None
    assert 0 < likely < 0.5
    assert make_entry(NOTHING).likely_lift is None


@pytest.fixture
def olga(log_in: LogIn, cast: Cast) -> FlaskClient:
    return log_in("olga@demo.example")


def test_the_page_shows_own_sites_and_filters(olga: FlaskClient, house: House, cast: Cast) -> None:
    assert "Тестов пока нет" in olga.get("/console/portfolio").get_data(as_text=True)
    other = seed(house, key="other", name="Другие", origins=("https://other.example",))
    words = {"ru": {"cta": "Цена", "promise": "Да"}, "en": {"cta": "Price", "promise": "Yes"}}
    draft = replace(DRAFT, variants=(DRAFT.variants[0], replace(B_SAYS, settings={"cta": words})))
    for whose, name in ((cast, "Наш тест"), (other, "Чужой тест")):
        by = owner(house, whose)
        house.trials.start(by, house.trials.create_draft(by, whose.site.id, replace(draft, name=name)).id)
    page = olga.get("/console/portfolio").get_data(as_text=True)
    assert ("Наш тест" in page, "Чужой тест" in page) == (True, False)
    assert "Наш тест" not in olga.get("/console/portfolio?end=won").get_data(as_text=True)
    assert olga.get(f"/console/portfolio?site={other.site.id}&end=%00").status_code == 200


def test_an_operator_who_only_answers_is_turned_away(log_in: LogIn, cast: Cast) -> None:
    assert log_in("anna@demo.example").get("/console/portfolio").status_code == 403
