"""Who takes part: rules, groups, forced and remembered variants, and factorial designs."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.assignment import Allocation
from experiments.design import Design, Factor
from experiments.enrolment import Enrolment, decide_all
from experiments.exclusion import Place, book, free, spot
from experiments.targeting import Rule, Visitor, matches

TEST = Enrolment("cta", ("old", "new"), Allocation("cta", (0.5, 0.5)))
UNITS = [f"visitor-{number}" for number in range(4000)]


def rule(kind: str, *values: str, negated: bool = False) -> Rule:
    return Rule(kind, frozenset(values), negated)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "visitor", "expected"),
    [(rule("device", "phone", "tablet"), Visitor("v", device="Phone"), True),
     (rule("device", "phone"), Visitor("v"), False),
     (rule("device", "phone", negated=True), Visitor("v"), True),
     (rule("language", "ru"), Visitor("v", language="ru_RU"), True),
     (rule("language", "ru-RU"), Visitor("v", language="ru"), False),
     (rule("language", "ru"), Visitor("v", language="run"), False),
     (rule("country", "RU", "KZ"), Visitor("v", country="kz"), True),
     (rule("visit", "new"), Visitor("v"), True),
     (rule("visit", "new"), Visitor("v", returning=True), False),
     (rule("utm_campaign", "Весна"), Visitor("v", "//a.example/?utm_campaign=%D0%B2%D0%B5%D1%81%D0%BD%D0%B0"), True),
     (rule("utm_medium", "cpc"), Visitor("v", "https://[broken"), False),
     (rule("url", "/"), Visitor("v", "https://a.example"), True),
     (rule("url", "a.example/shop*"), Visitor("v", "https://A.example/Shop/tea"), True),
     (rule("url", "/shop"), Visitor("v", "https://a.example/shop/tea"), False),
     (rule("url", "/a.c"), Visitor("v", "https://a.example/abc"), False),
     (rule("hour", "9"), Visitor("v"), False)],
)  # fmt: skip
def test_rules(condition: Rule, visitor: Visitor, expected: bool) -> None:
    assert condition.holds(visitor) is expected


def test_hour_and_weekday_are_those_of_the_site() -> None:
    late = Visitor("v", at=datetime.fromisoformat("2026-03-01T21:30:00+00:00"))  # Sunday; Monday 00:30 in Moscow
    monday_at_midnight = [rule("weekday", "1"), rule("hour", "0")]
    assert matches(monday_at_midnight, late, "Europe/Moscow")
    assert not matches(monday_at_midnight, late, "UTC")
    with pytest.raises(ValueError, match="unknown time zone 'Mars/Base'"):
        matches(monday_at_midnight, late, "Mars/Base")
    with pytest.raises(ValueError, match="a moment with a time zone"):
        matches(monday_at_midnight, Visitor("v", at=late.at.replace(tzinfo=None) if late.at else None))


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), st.integers(-12, 14))
def test_hour_does_not_depend_on_the_zone_that_the_moment_came_in(moment: datetime, hours: int) -> None:
    at = moment.replace(tzinfo=UTC)
    moved = at.astimezone(timezone(timedelta(hours=hours)))
    night = [rule("hour", *(str(hour) for hour in range(7)))]
    assert matches(night, Visitor("v", at=at), "Europe/Berlin") == matches(
        night, Visitor("v", at=moved), "Europe/Berlin"
    )


@pytest.mark.parametrize(("kind", "value"), [("hour", "24"), ("weekday", "0"), ("visit", "often"), ("shoe", "42")])
def test_impossible_rules_are_refused(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"expected a (rule of|{kind})"):
        rule(kind, value)


@pytest.mark.parametrize(
    ("unit", "group", "start", "end", "expected"),
    [("1", "namespace1", 0, 0.4, False), ("1", "namespace1", 0.4, 1, True), ("1", "namespace2", 0, 0.4, False),
     ("1", "namespace2", 0.4, 1, True), ("2", "namespace1", 0, 0.4, False), ("2", "namespace2", 0.4, 1, True),
     ("3", "namespace1", 0.4, 1, True), ("3", "namespace2", 0, 0.4, True), ("3", "namespace2", 0.4, 1, False),
     ("4", "namespace1", 0, 0.4, False), ("4", "namespace2", 0, 0.4, True), ("4", "namespace2", 0.4, 1, False)],
)  # fmt: skip
def test_groups_are_growthbooks_namespaces(unit: str, group: str, start: float, end: float, expected: bool) -> None:
    assert Place(group, start, end).holds(unit) is expected


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8))
def test_booked_places_never_share_a_visitor(sizes: list[int]) -> None:
    places: list[Place] = []
    for size in sizes:
        if sum(round(1000 * (high - low)) for low, high in free(places)) < size:
            with pytest.raises(ValueError, match="no room"):
                book("g", size / 1000, places)
            return
        places.append(book("g", size / 1000, places))
    assert all(sum(place.holds(unit) for place in places) <= 1 for unit in UNITS[:200])
    assert all(one.end <= other.start for one, other in pairwise(sorted(places, key=lambda each: each.start)))


def test_a_group_shuffles_visitors_independently_of_the_experiments_in_it() -> None:
    half = [unit for unit in UNITS if spot("g", unit) < 0.5]
    new = sum(TEST.decide(Visitor(unit)).variant == "new" for unit in half)
    assert len(half) == pytest.approx(2000, abs=130)
    assert new / len(half) == pytest.approx(0.5, abs=0.045)


def test_overlapping_places_are_found() -> None:
    with pytest.raises(ValueError, match=r"share visitors from 0\.3 on"):
        free([Place("g", 0, 0.4), Place("g", 0.3, 0.5)])


def test_remembered_variants_win_over_a_new_configuration_while_they_exist() -> None:
    before = {unit: TEST.decide(Visitor(unit)).variant for unit in UNITS[:300]}
    changed = Enrolment("cta", ("old", "new", "third"), Allocation("other seed", (0.1, 0.1, 0.8), 0.01),
                        (rule("device", "phone"),), Place("g", 0, 0.001))  # fmt: skip
    assert all(changed.decide(Visitor(unit), variant).variant == variant for unit, variant in before.items())
    gone = Enrolment("cta", ("old", "third"), Allocation("cta", (0.5, 0.5)))
    decided = {unit: gone.decide(Visitor(unit), variant) for unit, variant in before.items()}
    assert {each.reason for unit, each in decided.items() if before[unit] == "old"} == {"remembered"}
    assert {each.variant for unit, each in decided.items() if before[unit] == "new"} <= {"old", "third"}


def test_rules_on_the_page_are_asked_again_of_remembered_visitors() -> None:
    test = Enrolment("cta", ("old", "new"), TEST.allocation, (rule("url", "/shop*"), rule("device", "phone")))
    assert test.decide(Visitor("v", "https://a.example/shop"), "new").reason == "remembered"
    assert test.decide(Visitor("v", "https://a.example/about"), "new").reason == "not_here"
    assert test.decide(Visitor("v", "https://a.example/shop")).reason == "not_targeted"


def test_forced_variants_are_shown_and_not_counted() -> None:
    nobody = Enrolment("cta", ("old", "new"), Allocation("cta", (0.5, 0.5), 0.0), (rule("device", "phone"),))
    forced = nobody.decide(Visitor("v", "https://a.example/?cta=new"), "old")
    assert (forced.variant, forced.reason, forced.counted) == ("new", "forced", False)
    assert nobody.decide(Visitor("v", "https://a.example/?cta=²", device="phone")).reason == "no_traffic"


def test_experiments_of_one_group_share_nobody() -> None:
    tests = [Enrolment(key, ("a", "b"), Allocation(key, (0.5, 0.5)), place=Place("g", start, start + 0.5))
             for key, start in (("one", 0.0), ("two", 0.5))]  # fmt: skip
    for unit in UNITS[:200]:
        reasons = sorted(each.reason for each in decide_all(tests, Visitor(unit)).values())
        assert reasons == ["assigned", "other_experiment"]


CROSSED = Design("call", (Factor("text", ("old", "new")), Factor("place", ("left", "right"), (0.75, 0.25))))


def test_factors_are_independent_and_keep_their_shares() -> None:
    drawn = [CROSSED.assign(unit) for unit in UNITS]
    for cell, share in CROSSED.shares().items():
        assert drawn.count(cell) / len(UNITS) == pytest.approx(share, abs=4 * (share * (1 - share) / len(UNITS)) ** 0.5)
    assert sum(CROSSED.shares().values()) == pytest.approx(1)


def test_more_traffic_moves_nobody_between_combinations() -> None:
    for cells in ((), (("old", "left"), ("new", "right"))):
        few, many = (Design("call", CROSSED.factors, cells, coverage=part) for part in (0.2, 0.6))
        assert all(few.assign(unit) in (None, many.assign(unit)) for unit in UNITS[:500])
        assert sum(few.assign(unit) is not None for unit in UNITS) / len(UNITS) == pytest.approx(0.2, abs=0.03)


def test_chosen_cells_are_all_that_is_shown() -> None:
    chosen = Design("call", CROSSED.factors, (("old", "left"), ("new", "right")), (0.9, 0.1))
    drawn = [chosen.assign(unit) for unit in UNITS]
    assert set(drawn) == set(chosen.cells)
    assert drawn.count(("new", "right")) / len(drawn) == pytest.approx(0.1, abs=0.02)
    with pytest.raises(ValueError, match="expected different cells"):
        Design("call", CROSSED.factors, (("old", "up"),))
