"""What the reports say, in words and in figures."""

import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.analysis import analyse, analyse_all
from experiments.model import Counts, Plan, Report, Variant
from experiments.wording import METRICS, percent, plural, remaining, span

FINAL = Plan("fixed", final=True)


def counts(*pairs: tuple[int, int], metric: str = "answered_call") -> Counts:
    return Counts(tuple(Variant("ABCDEFGH"[i], n, x) for i, (x, n) in enumerate(pairs)), metric)


def said(report: Report, language: str = "en") -> str:
    return report.verdict.sentence[language].replace("\u202f", " ")


def test_winner() -> None:
    report = analyse(counts((400, 10000), (472, 10010)), FINAL)
    assert (report.verdict.word, report.verdict.variant) == ("winner", "B")
    assert said(report) == "“B” brings more answered calls: +18 % (3 % to 34 %)."
    assert said(report, "ru") == "«B» приносит больше отвеченных звонков: +18 % (от 3 % до 34 %)."


def test_loser() -> None:
    report = analyse(counts((160, 4000), (100, 4000)), FINAL)
    assert (report.verdict.word, report.verdict.variant) == ("loser", "B")
    assert said(report) == "“B” brings fewer answered calls: −38 % (−51 % to −20 %). Keep “A”."
    assert said(report, "ru") == "«B» приносит меньше отвеченных звонков: −38 % (от −51 % до −20 %). Оставьте «A»."


def test_several_losers_are_all_named() -> None:
    report = analyse(counts((200, 4000), (90, 4000), (100, 4000)), FINAL)
    assert said(report).startswith("“B” and “C” bring fewer answered calls: at best −50 % (")
    assert said(report, "ru").startswith("«B» и «C» приносят меньше отвеченных звонков: в лучшем случае −50 % (")


def test_no_difference_names_the_effect_that_is_ruled_out() -> None:
    report = analyse(counts((1000, 40000), (1010, 40000)), FINAL)
    assert report.verdict.word == "no_difference"
    assert "a change of 30 % or more is ruled out (it is −7 % to +10 %)" in said(report)
    assert "на 30 % и больше исключено (от −7 % до +10 %)" in said(report, "ru")


def test_not_enough_traffic() -> None:
    report = analyse(counts((10, 1000), (14, 1000)), FINAL)
    assert report.verdict.word == "not_enough_traffic"
    assert said(report) == "Not enough visitors for an answer: the change may be −37 % to +221 %. Keep “A”."


def test_a_sure_loser_among_undecided_variants_is_named() -> None:
    report = analyse(counts((200, 10000), (120, 10000), (215, 10000)), FINAL)
    assert report.verdict.word == "not_enough_traffic"
    assert said(report).endswith("+34 %. Keep “A”. “B” brings fewer answered calls.")
    assert said(report, "ru").endswith("Оставьте «A». «B» приносит меньше отвеченных звонков.")


def test_nobody_came() -> None:
    assert analyse(counts((0, 0), (0, 0)), Plan()).verdict.word == "keep_running"
    report = analyse(counts((0, 0), (0, 0)), FINAL)
    assert said(report) == "Not enough visitors for an answer. Keep “A”."


def test_a_fixed_plan_says_nothing_before_its_end() -> None:
    report = analyse(counts((100, 10000), (300, 10000)), Plan("fixed", days_left=9))
    assert (report.verdict.word, report.basis) == ("keep_running", "anytime")
    assert said(report) == "Keep running: about 9 days left."
    assert said(report, "ru") == "Продолжайте: осталось примерно 9 дней."
    assert report.comparisons[0].decisive_interval == report.comparisons[0].anytime_lift_interval


def test_anytime_keep_running_tells_what_is_still_possible() -> None:
    report = analyse(counts((80, 8000), (95, 8000)), Plan(days_left=1))
    assert said(report) == "Keep running: about 1 day left. So far the change may be −24 % to +87 %."


def test_an_uneven_split_comes_before_everything() -> None:
    report = analyse(counts((100, 10000), (300, 12000)), FINAL)
    assert (report.verdict.word, report.sample_ratio.ok) == ("broken", False)
    assert "“B” got 54.5 % of them instead of 50 %" in said(report)
    assert "«B» получает 54,5 % вместо 50 %" in said(report, "ru")


def test_planned_shares_are_the_measure_of_the_split() -> None:
    uneven = Counts((Variant("A", 9000, 90, 0.9), Variant("B", 1000, 10, 0.1)))
    assert analyse(uneven, Plan()).sample_ratio.ok


def test_the_largest_of_several_sure_winners_is_named_and_the_control_can_be_any() -> None:
    report = analyse(counts((100, 10000), (200, 10000), (240, 10000)), FINAL)
    assert report.verdict.variant == "C"
    other = Counts(report_variants(report), "order", "B")
    assert [each.variant for each in analyse(other, FINAL).comparisons] == ["A", "C"]


def report_variants(report: Report) -> tuple[Variant, ...]:
    return tuple(Variant(each.variant, each.exposed, each.converted) for each in report.variants)


def test_raw_significance_of_one_in_many_is_not_enough() -> None:
    pairs = [(100, 10000)] * 5 + [(131, 10000)]
    report = analyse(counts(*pairs), FINAL)
    assert min(each.p_value for each in report.comparisons) < 0.05
    assert report.verdict.word == "not_enough_traffic"


@pytest.mark.parametrize(
    ("days", "looks", "en", "ru"),
    [(1, None, "about 1 day left", "остался примерно 1 день"), 
     (2, None, "about 2 days left", "осталось примерно 2 дня"),
     (21, 5, "about 21 days left", "остался примерно 21 день"), (0, None, "this is the last day", "это последний день"),
     (None, 1, "1 look left", "осталась 1 проверка"), (None, 5, "5 looks left", "осталось 5 проверок")],
)  # fmt: skip
def test_time_left(days: int | None, looks: int | None, en: str, ru: str) -> None:
    said_so = [remaining(days, looks, language).replace("\u202f", " ") for language in ("en", "ru")]
    assert said_so == [en, ru]


def test_numbers_in_words() -> None:
    assert [percent(x, "en").replace("\u202f", " ") for x in (0, 0.0004, 0.031, 0.5, 39.66)] == [
        "0 %", "0.04 %", "3 %", "50 %", "3,966 %",
    ]  # fmt: skip
    assert percent(39.66, "ru") == "3\u202f966\u202f%"
    assert span((-0.5, None), "ru") == "−50\u202f% и больше"
    assert plural(1004, "день", "дня", "дней") == "дня"


@pytest.mark.parametrize(
    "bad",
    [lambda: Variant("A", 1, 2), lambda: Variant("A", -1, -2), lambda: Variant("A", 1, 0, 0.0),
     lambda: Counts((Variant("A", 1, 0),)), lambda: Counts((Variant("A", 1, 0), Variant("A", 1, 0))),
     lambda: Counts((Variant("A", 1, 0), Variant("B", 1, 0)), control="C"), lambda: Plan(alpha=0),
     lambda: Plan("someday"), lambda: Plan(hoped_lift=-0.1)],
)  # fmt: skip
def test_impossible_input_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|must be|not among|plan is"):
        bad()


@st.composite
def experiments(draw: st.DrawFn) -> Counts:
    top = draw(st.sampled_from([3, 200, 10**7]))
    exposed = draw(st.lists(st.integers(0, top), min_size=2, max_size=6))
    pairs = [(draw(st.integers(0, n)), n) for n in exposed]
    return counts(*pairs, metric=draw(st.sampled_from([*METRICS, "demo bookings"])))


plans = st.builds(
    Plan, st.sampled_from(["fixed", "anytime"]), st.sampled_from([0.05, 0.01]), final=st.booleans(),
    days_left=st.none() | st.integers(0, 200), looks_left=st.none() | st.integers(0, 50),
)  # fmt: skip


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict | list | tuple):
        return [n for part in (value.values() if isinstance(value, dict) else value) for n in numbers(part)]
    return [value] if isinstance(value, float) else []


@given(experiments(), plans)
def test_a_report_never_holds_nan_and_its_verdict_follows_its_figures(one: Counts, plan: Plan) -> None:
    report = analyse(one, plan)
    assert all(math.isfinite(number) for number in numbers(asdict(report)))
    assert all("nan" not in sentence and sentence.endswith(".") for sentence in report.verdict.sentence.values())
    if not report.sample_ratio.ok:
        assert report.verdict.word == "broken"
    if report.verdict.word in ("winner", "loser"):
        assert plan.final or plan.kind == "anytime"
        assert any(each.adjusted_p_value < plan.alpha for each in report.comparisons)
    for each in report.comparisons:
        low, high = each.decisive_interval
        if abs(each.adjusted_p_value - plan.alpha) > 1e-6:
            assert (each.adjusted_p_value < plan.alpha) == (low > 0 or (high is not None and high < 0))


@settings(max_examples=40)
@given(st.lists(experiments(), min_size=1, max_size=6), plans)
def test_many_together_equal_one_by_one(many: list[Counts], plan: Plan) -> None:
    for together, alone in zip(analyse_all(many, plan), (analyse(one, plan) for one in many), strict=True):
        assert together.verdict == alone.verdict
        assert numbers(asdict(together)) == pytest.approx(numbers(asdict(alone)), rel=1e-6, abs=1e-9)


pairs = st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
ALL_PLANS = [Plan(), Plan(final=True), FINAL, Plan("group-sequential", fractions=(0.3, 0.7))]
MIRROR = {"winner": "loser", "loser": "winner"}


@given(pairs, pairs, st.sampled_from(ALL_PLANS))
def test_swapping_variant_and_control_mirrors_the_report(
    one: tuple[int, int], other: tuple[int, int], plan: Plan
) -> None:
    report, mirror = analyse(counts(one, other), plan), analyse(counts(other, one), plan)
    there, back = report.comparisons[0], mirror.comparisons[0]
    if {report.verdict.word, mirror.verdict.word} & MIRROR.keys():
        assert mirror.verdict.word == MIRROR[report.verdict.word]
    for name in ("p_value", "anytime_p_value", "adjusted_p_value", "q_value"):
        assert getattr(there, name) == pytest.approx(getattr(back, name), rel=1e-6)
    assert (there.exact_p_value or 2) == pytest.approx(back.exact_p_value or 2)
    assert back.difference_interval == pytest.approx(tuple(-end for end in there.difference_interval[::-1]), abs=1e-8)
    for name in ("lift_interval", "anytime_lift_interval", "decisive_interval", "simultaneous_interval"):
        high = getattr(there, name)[1]
        assert getattr(back, name)[0] == pytest.approx(-1 if high is None else 1 / (1 + high) - 1, abs=1e-7)
    assert back.chance_to_beat == pytest.approx(1 - there.chance_to_beat, abs=1e-9)
    assert (back.expected_loss, back.control_expected_loss) == pytest.approx(
        (there.control_expected_loss, there.expected_loss), abs=1e-12
    )


@given(pairs, pairs, st.sampled_from(ALL_PLANS))
def test_one_more_conversion_never_speaks_against_a_variant(
    one: tuple[int, int], other: tuple[int, int], plan: Plan
) -> None:
    if other[0] == other[1]:
        return
    report, more = (analyse(counts(one, (other[0] + extra, other[1])), plan) for extra in (0, 1))
    before, after = report.comparisons[0], more.comparisons[0]
    assert after.chance_to_beat >= before.chance_to_beat - 1e-9
    assert after.expected_loss <= before.expected_loss + 1e-12
    assert after.lift_interval[0] >= before.lift_interval[0] - 1e-7
    if after.lift_interval[1] is not None:
        assert before.lift_interval[1] is not None
        assert after.lift_interval[1] >= before.lift_interval[1] * (1 - 1e-7) - 1e-7
    if report.verdict.word == "winner":
        assert more.verdict.word == "winner"
    if more.verdict.word == "loser":
        assert report.verdict.word == "loser"
