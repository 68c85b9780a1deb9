"""The page of the desk: talks by day and by who answered them first."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from tests.cast import MONDAY_NOON
from tests.seeding import Cast
from widget_server.chat.desk_page import HEIGHT, bars
from widget_server.chat.figures import Summary, Talk

PATIENCE = timedelta(minutes=5)


def talk(ago: timedelta, answered: timedelta | None, closed: timedelta | None = None) -> Talk:
    asked = MONDAY_NOON - ago
    at = [None if one is None else asked + one for one in (answered, closed)]
    return Talk(asked, at[0], "anna", at[1], PATIENCE)


def test_missed_is_late_or_closed_without_an_answer() -> None:
    minute = timedelta(minutes=1)
    assert not talk(9 * minute, minute).is_missed(MONDAY_NOON)
    assert talk(9 * minute, 6 * minute).is_missed(MONDAY_NOON)
    assert talk(9 * minute, None).is_missed(MONDAY_NOON)
    assert not talk(2 * minute, None).is_missed(MONDAY_NOON)
    assert talk(2 * minute, None, minute).is_missed(MONDAY_NOON)


def test_the_first_answer_is_the_median() -> None:
    found = [talk(timedelta(hours=1), timedelta(seconds=n)) for n in (10, 20, 600)]
    assert Summary.of(found, MONDAY_NOON).first_answer == timedelta(seconds=20)


def test_the_highest_day_fills_the_picture() -> None:
    found = [talk(timedelta(days=day), timedelta(seconds=9)) for day in (0, 0, 1)]
    today, yesterday = list(reversed(bars(found, 7, ZoneInfo("Europe/Moscow"), MONDAY_NOON)))[:2]
    assert (today.answered_height, yesterday.answered_height) == (HEIGHT, HEIGHT / 2)


def test_the_page_is_for_owners(cast: Cast, log_in: Callable[[str], FlaskClient]) -> None:
    assert log_in("olga@demo.example").get("/console/desk?days=7").status_code == 200
    assert log_in("anna@demo.example").get("/console/desk").status_code == 403
